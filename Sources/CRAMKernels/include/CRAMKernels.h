// CRAMKernels: the kernels under RAMKit, usable from C alone.
//
// Conventions, once for all of it:
// - Buffers belong to the caller. Nothing here allocates, locks, or starts a thread of its own in a
//   hot call; scratch memory is passed in, and `..._workspace_size` tells how much.
// - Sizes and strides count elements, not bytes. Matrices are row-major; a row stride is the
//   distance between the starts of two rows and is at least the number of columns.
// - Outputs do not overlap inputs, except where a function says so.
// - Every function checks its arguments and returns a `ramk_status`; none traps on bad sizes, and
//   none reads or writes outside of the rows and columns that it was given.
// - Results do not depend on the number of threads.
// - Zero rows, columns, or images are fine: the call does nothing.

#ifndef CRAMKERNELS_H
#define CRAMKERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Status

typedef enum {
  RAMK_OK = 0,
  RAMK_INVALID_ARGUMENT,          // a null pointer, a stride below its columns, sizes that clash
  RAMK_SIZE_OVERFLOW,             // sizes whose product does not fit size_t
  RAMK_WORKSPACE_TOO_SMALL,       // less scratch memory than `..._workspace_size` asked for
  RAMK_NOT_PREPARED,              // bytes that are no matrix prepared for this implementation
  RAMK_UNKNOWN_IMPLEMENTATION,    // a name that is none of the implementations'
  RAMK_IMPLEMENTATION_UNAVAILABLE,// an implementation that this CPU or this build can't run
  RAMK_INVALID_THREAD_COUNT       // `RAMKIT_NUM_THREADS` is no whole number in 1...1024
} ramk_status;

/// One sentence for a status, in English, never NULL.
const char *ramk_status_description(ramk_status status);

// MARK: - CPU

/// What the kernels want to know of a CPU. A pure function of its registers: see `cpu/`.
typedef struct {
  char vendor[16];                // "GenuineIntel", "AuthenticAMD", "" where unknown
  char model[64];                 // the marketing name, trimmed; "" where unknown
  bool avx2, fma, f16c;           // 256-bit integer and float, fused multiply-add, half conversion
  bool avx_vnni;                  // dot products of bytes in 256 bits
  bool avx512f, avx512bw, avx512dq, avx512vl, avx512_bf16, avx512_vnni;
  bool avx512_bf16_fast;          // whose bfloat16 dot products outrun float32's multiply-adds
  bool amx_tile, amx_bf16, amx_int8;
  bool neon, neon_bf16, neon_i8mm, neon_dotprod;
  uint32_t l1d_bytes, l2_bytes, l3_bytes;  // a core's own, or the share it sees; 0 where unknown
} ramk_cpu;

/// One answer of the x86 instruction CPUID.
typedef struct {
  uint32_t leaf, subleaf;         // what was asked: EAX and ECX
  uint32_t eax, ebx, ecx, edx;    // what was answered
} ramk_cpuid_leaf;

/// Reads the CPUID leaves that `ramk_cpu_decode` looks at, at most `capacity` of them (40 are
/// enough), and XCR0, the register states that the operating system saves. Returns how many leaves
/// were written: 0 where there is no such instruction.
size_t ramk_cpu_read_leaves(ramk_cpuid_leaf *leaves, size_t capacity, uint64_t *xcr0);

/// Reads an x86 CPU off a dump: no machine is asked, so that dumps of other machines can be tested.
void ramk_cpu_decode(const ramk_cpuid_leaf *leaves, size_t count, uint64_t xcr0, ramk_cpu *cpu);

/// Reads a 64-bit Arm CPU off what Linux tells: AT_HWCAP and AT_HWCAP2 of the auxiliary vector, and
/// the files of /sys under the folder `root`. Where cores differ, names and caches are those of the
/// fastest. No machine is asked, so that others can be tested.
void ramk_cpu_decode_arm(uint64_t hwcap, uint64_t hwcap2, const char *root, ramk_cpu *cpu);

/// Detects the CPU that this process runs on, including what the operating system enabled.
void ramk_cpu_detect(ramk_cpu *cpu);

/// The `index`th word for what CPUs differ in, as kernels name their needs by it, and whether `cpu` has it;
/// NULL behind the last word.
const char *ramk_cpu_feature(const ramk_cpu *cpu, size_t index, bool *present);

/// Physical cores that this process may use: affinity mask and cgroup quota respected, at least 1.
unsigned ramk_cpu_usable_cores(void);

/// The same, for a process that may run on the logical CPUs `cpus` of a Linux system whose /proc
/// and /sys lie under the folder `root`: no machine is asked, so that others can be tested.
unsigned ramk_cpu_usable_cores_under(const char *root, const unsigned *cpus, size_t count);

// MARK: - Implementations and the registry

typedef enum {
  RAMK_GENERIC = 0,
  RAMK_AVX2,
  RAMK_AVX512,
  RAMK_AMX,
  RAMK_NEON,
  RAMK_AMX_EMULATED,              // AMX's kernels on tiles in plain C: slow, for tests; only if forced
  RAMK_IMPLEMENTATION_COUNT
} ramk_implementation;

typedef enum { RAMK_FLOAT32 = 0, RAMK_BFLOAT16, RAMK_INT8, RAMK_PRECISION_COUNT } ramk_precision;

/// "generic", "avx2", ...; NULL outside of the enumeration.
const char *ramk_implementation_name(ramk_implementation implementation);

/// "float32", "bfloat16", "int8"; NULL outside of the enumeration.
const char *ramk_precision_name(ramk_precision precision);

/// The implementation of that name.
ramk_status ramk_implementation_named(const char *name, ramk_implementation *implementation);

/// The kernels that serve a process or a test, one for each operation and precision, and the number
/// of threads that they may use. Plain data: copy it freely; nothing has to be released.
typedef struct ramk_context {
  const void *kernels[RAMK_PRECISION_COUNT][16];  // by precision and operation; the registry's own
  uint8_t serving[RAMK_PRECISION_COUNT][16];      // the ramk_implementation behind each of them
  unsigned threads;
  ramk_cpu cpu;
} ramk_context;

/// Picks for each operation and precision the best kernel that this CPU can run.
/// `threads` 0 means `RAMKIT_NUM_THREADS`, then `OMP_NUM_THREADS`, then `ramk_cpu_usable_cores`; here
/// and in the functions below.
/// `RAMKIT_FORCE_IMPLEMENTATION`, where set, is obeyed as by `ramk_context_init_forced`.
ramk_status ramk_context_init(ramk_context *context, unsigned threads);

/// As `ramk_context_init`, with nothing above `implementation`: an operation that it lacks falls
/// back to the next lower one. The environment variable is not read.
ramk_status ramk_context_init_forced(ramk_context *context, ramk_implementation implementation,
                                     unsigned threads);

/// As `ramk_context_init_forced`, on a CPU that lacks what `cpu` lacks: for tests of what runs there.
/// Nothing is picked that the CPU at hand can't run, whatever `cpu` says.
ramk_status ramk_context_init_for_cpu(ramk_context *context, const ramk_cpu *cpu,
                                      ramk_implementation implementation, unsigned threads);

/// One line of the registry: a kernel that exists, and whether it serves.
typedef struct {
  const char *operation;          // "gemm", "layer_norm", ...
  ramk_precision precision;
  ramk_implementation implementation;
  const char *symbol;             // the C symbol of the kernel
  const char *needs;              // "avx2 fma", "" for none
  bool built;                     // it is for the architecture of this build
  bool runnable;                  // built, and this CPU can run it
  bool serving;                   // it is the one that `context` calls
  const char *why;                // why it serves or does not, for people
  char lacks[96];                 // words of `needs` that the CPU lacks
} ramk_kernel_description;

/// How many kernels the registry lists, whatever this CPU can run.
size_t ramk_kernel_count(void);

/// Describes kernel `index` of the registry as seen from `context`.
ramk_status ramk_kernel_describe(const ramk_context *context, size_t index,
                                 ramk_kernel_description *description);

/// "openmp", "dispatch" or "threads": what this build runs parallel loops on.
const char *ramk_threads_backend(void);

// MARK: - Matrix product

/// Applied elementwise at the end of a product.
typedef enum {
  RAMK_ACTIVATION_NONE = 0,
  RAMK_ACTIVATION_RELU,
  RAMK_ACTIVATION_RELU6,
  RAMK_ACTIVATION_GELU            // x/2 (1 + erf(x/sqrt 2)), not its tanh approximation
} ramk_activation;

/// Bytes that weights [n, k] take once prepared for `context`'s product; 0 where they overflow.
size_t ramk_matrix_prepared_size(const ramk_context *context, ramk_precision precision, size_t n,
                                 size_t k);

/// Packs weights [n, k] (row-major, as PyTorch's `Linear.weight`) in the order that the kernel
/// reads. The result is plain bytes that start with a header naming its layout, so it can be stored
/// and mapped; `prepared` is aligned to 64 bytes.
ramk_status ramk_matrix_prepare(const ramk_context *context, ramk_precision precision, size_t n,
                                size_t k, const float *weights, size_t row_stride, void *prepared,
                                size_t prepared_bytes);

/// Packs weights that lie transposed, [k, n], for products in RAMK_FLOAT32 or RAMK_BFLOAT16: the bits that
/// `ramk_matrix_prepare` makes of them the other way round.
ramk_status ramk_matrix_prepare_transposed(const ramk_context *context, ramk_precision precision,
                                           size_t n, size_t k, const float *weights,
                                           size_t row_stride, void *prepared,
                                           size_t prepared_bytes);

/// Packs weights that are bytes, each row to be multiplied by its scale, for products in RAMK_INT8: as
/// `ramk_quantize_rows` gives them, which makes the bits that `ramk_matrix_prepare` makes of the floats.
ramk_status ramk_matrix_prepare_bytes(const ramk_context *context, size_t n, size_t k,
                                      const int8_t *weights, size_t row_stride,
                                      const float *scales /* [n] */, void *prepared,
                                      size_t prepared_bytes);

/// Whether `prepared_bytes` bytes from anywhere, such as a mapped file, are weights [n, k] that
/// `context`'s product can read: it then reads no byte beyond them. RAMK_INVALID_ARGUMENT where they are
/// too few, or not aligned to 64 bytes; RAMK_NOT_PREPARED where they say that they are something else.
ramk_status ramk_matrix_prepared_check(const ramk_context *context, ramk_precision precision, size_t n,
                                       size_t k, const void *prepared, size_t prepared_bytes);

/// out = norm(activation(a · weightsᵀ + bias + residual)).
///
/// In RAMK_BFLOAT16, a and weights are rounded to it. In RAMK_INT8 a row of weights becomes bytes around
/// zero by one scale, and 768 steps of a row of a at a time bytes between their least and their greatest
/// number; where a row holds a number that is not finite, or spreads over more than a float holds, its
/// outputs are NaN. Sums are float32.
typedef struct {
  size_t m;                       // rows of a, residual and out
  const float *a;                 // [m, k]; or NULL, with
  const uint16_t *rounded_a;      // the same in bfloat16, for products in it: half of what is read; or NULL
  size_t a_stride;
  const void *weights;            // prepared from [n, k]; n and k are read off its header
  const float *bias;              // [n], or NULL
  const float *residual;          // [m, n], or NULL; may be `out` itself with the same stride
  size_t residual_stride;
  ramk_activation activation;
  const float *gain, *norm_bias;  // LayerNorm's [n], or both NULL for none
  float epsilon;
  float *out;                     // [m, n]; or NULL, with
  uint16_t *rounded_out;          // the same rounded to bfloat16, where no LayerNorm follows; or NULL
  size_t out_stride;
} ramk_gemm_arguments;

size_t ramk_gemm_workspace_size(const ramk_context *context, ramk_precision precision, size_t m,
                                size_t n, size_t k);
ramk_status ramk_gemm(const ramk_context *context, ramk_precision precision,
                      const ramk_gemm_arguments *arguments, void *workspace,
                      size_t workspace_bytes);

// MARK: - Feed-forward network

/// out = norm(activation(x · upᵀ + up_bias) · downᵀ + down_bias + residual): a transformer's
/// feed-forward network. The numbers are those of two products and a LayerNorm, bit for bit.
typedef struct {
  size_t m;                       // rows of x, residual and out
  const float *x;                 // [m, k]
  size_t x_stride;
  const void *up;                 // prepared from [hidden, k]
  const float *up_bias;           // [hidden], or NULL
  ramk_activation activation;
  const void *down;               // prepared from [n, hidden]
  const float *down_bias;         // [n], or NULL
  const float *residual;          // [m, n], or NULL; may be `x`, and `out` with the same stride
  size_t residual_stride;
  const float *gain, *norm_bias;  // LayerNorm's [n], or both NULL for none
  float epsilon;
  float *out;                     // [m, n]; may be `x` with the same stride
  size_t out_stride;
} ramk_feed_forward_arguments;

size_t ramk_feed_forward_workspace_size(const ramk_context *context, ramk_precision precision,
                                        const ramk_feed_forward_arguments *arguments);
ramk_status ramk_feed_forward(const ramk_context *context, ramk_precision precision,
                              const ramk_feed_forward_arguments *arguments, void *workspace,
                              size_t workspace_bytes);

// MARK: - Element types

/// What the numbers of a tensor in a file are stored as; all are little-endian.
typedef enum {
  RAMK_ELEMENT_FLOAT64,
  RAMK_ELEMENT_FLOAT32,
  RAMK_ELEMENT_FLOAT16,
  RAMK_ELEMENT_BFLOAT16,
  RAMK_ELEMENT_INT64,
  RAMK_ELEMENT_INT32,
  RAMK_ELEMENT_UINT8,
  RAMK_ELEMENT_INT8,
  RAMK_ELEMENT_Q8_0               // ggml's: blocks of a float16 scale and 32 signed bytes
} ramk_element_type;

/// What a block of RAMK_ELEMENT_Q8_0 holds, and the bytes that it takes.
#define RAMK_Q8_0_BLOCK_ELEMENTS 32
#define RAMK_Q8_0_BLOCK_BYTES 34

// MARK: - Rows

/// out = (x - mean) / sqrt(variance + epsilon) · gain + bias over each row; variance is the biased
/// one, as in PyTorch. `out` may be `x` with the same stride.
ramk_status ramk_layer_norm(const ramk_context *context, size_t rows, size_t columns,
                            const float *x, size_t x_stride, const float *gain, const float *bias,
                            float epsilon, float *out, size_t out_stride);

/// Softmax of `scale · x` over each row, shifted by the row's maximum. `out` may be `x`.
ramk_status ramk_softmax(const ramk_context *context, size_t rows, size_t columns, float scale,
                         const float *x, size_t x_stride, float *out, size_t out_stride);

/// The same where each row has one score more, the mean of its `columns` scores: its probability goes to
/// the others, as much to each. So does attention weigh values whose mean is a value, too.
ramk_status ramk_softmax_with_mean(const ramk_context *context, size_t rows, size_t columns,
                                   float scale, const float *x, size_t x_stride, float *out,
                                   size_t out_stride);

/// The mean of each group of `rows` consecutive rows: x [groups · rows, columns] -> out [groups,
/// columns]. Serves as global average pooling and as Swin's mean token.
ramk_status ramk_mean_rows(const ramk_context *context, size_t groups, size_t rows, size_t columns,
                           const float *x, size_t x_stride, float *out, size_t out_stride);

/// out_i = a_i · b_i + bias_i: the dot product of each row with a row of its own, or with one row where
/// `b_stride` is 0. `out` may be `bias`. Serves as a classifier with weights for each label or for all.
ramk_status ramk_row_dots(const ramk_context *context, size_t rows, size_t columns, const float *a,
                          size_t a_stride, const float *b, size_t b_stride,
                          const float *bias /* [rows], or NULL */, float *out /* [rows] */);

/// Multiplies each row of a matrix by a scale of its own, in place: of the elements from `first` on,
/// `count` of them, which `x` starts with. So a piece of a matrix may end within a row.
ramk_status ramk_scale_rows(const ramk_context *context, size_t first, size_t count,
                            size_t columns, const float *scales, float *x);

/// Rows of a table by index, as a text encoder looks up its tokens: out_i = scale · table[index_i] +
/// added[i % added_rows].
typedef struct {
  size_t rows, columns;
  ramk_element_type type;         // of the table: any but those in blocks
  const void *table;              // [table_rows, columns], not necessarily aligned
  size_t table_rows;
  const float *scales;            // [table_rows], or NULL for 1
  const uint32_t *indices;        // [rows], each below table_rows
  const float *added;             // [added_rows, columns], or NULL for 0
  size_t added_rows;
  float *out;                     // [rows, columns]
  size_t out_stride;
} ramk_gather_rows_arguments;

ramk_status ramk_gather_rows(const ramk_context *context,
                             const ramk_gather_rows_arguments *arguments);

// MARK: - Attention

/// Swin's (shifted) window attention between the qkv product and the output projection. Tokens stay
/// in their natural order, image by image and row by row; the kernel finds each window's tokens by
/// index, so nothing is rolled or partitioned in memory.
typedef struct {
  size_t batch, height, width;    // of the token map; height and width are multiples of window
  size_t window;                  // tokens along a window's side
  size_t shift;                   // cyclic shift, below window; tokens on both sides of a seam ignore
                                  // each other
  size_t heads, head_dim;
  const float *qkv;               // [batch · height · width, 3][heads][head_dim]; or NULL, with
  const uint16_t *rounded_qkv;    // the same in bfloat16: half of what is read; or NULL
  size_t qkv_stride;
  const float *relative_position_bias;  // [(2 window - 1)², heads], as the checkpoint holds it
  float scale;                    // multiplies q
  float *out;                     // [batch · height · width, heads · head_dim]
  size_t out_stride;
} ramk_window_attention_arguments;

size_t ramk_window_attention_workspace_size(const ramk_context *context, ramk_precision precision,
                                            const ramk_window_attention_arguments *arguments);
ramk_status ramk_window_attention(const ramk_context *context, ramk_precision precision,
                                  const ramk_window_attention_arguments *arguments,
                                  void *workspace, size_t workspace_bytes);

/// Many queries against few tokens, without a mask: softmax(scale · q kᵀ) v, head by head.
typedef struct {
  size_t batch, queries, tokens;
  size_t heads, head_dim;
  const float *q;                 // [queries, heads · head_dim], an image each `q_batch_stride`
  size_t q_stride;
  size_t q_batch_stride;          // 0: all images ask the same queries
  const float *k;                 // [batch · tokens, heads · head_dim]
  size_t k_stride;
  const float *v;                 // [batch · tokens, heads · head_dim]
  size_t v_stride;
  float scale;
  float *out;                     // [batch · queries, heads · head_dim]
  size_t out_stride;
} ramk_cross_attention_arguments;

size_t ramk_cross_attention_workspace_size(const ramk_context *context, ramk_precision precision,
                                           const ramk_cross_attention_arguments *arguments);
ramk_status ramk_cross_attention(const ramk_context *context, ramk_precision precision,
                                 const ramk_cross_attention_arguments *arguments, void *workspace,
                                 size_t workspace_bytes);

/// Attention of many rows to few tokens that were prepared for it, as a decoder's layer uses it:
///   weights = softmax(scale · (x · keysᵀ + key_bias)), over the tokens of each head
///   out = norm(weights · valuesᵀ + bias + residual)
/// Keys may hold what a layer's queries are projected by, and values what its outputs are: each row's
/// products are then as many as the tokens of all heads, however wide heads are.
typedef struct {
  size_t m;                       // rows of x, residual and out
  const float *x;                 // [m, parts · k]
  size_t x_stride;
  size_t heads, tokens;
  bool has_mean_token;            // heads attend to the mean of their tokens, too, as to one token more
  size_t parts;                   // divides heads: 1, or as many parts of x as ask keys of their own
  const void *const *keys;        // [parts], each prepared from [heads / parts · tokens, k]
  const float *key_bias;          // [heads · tokens], or NULL
  float scale;
  const void *values;             // prepared from [n, heads · tokens]
  const float *bias;              // [n], or NULL
  const float *residual;          // [m, n], or NULL; may be `x`, and `out` with the same stride
  size_t residual_stride;
  const float *gain, *norm_bias;  // LayerNorm's [n], or both NULL for none
  float epsilon;
  float *out;                     // [m, n]; may be `x` with the same stride
  size_t out_stride;
} ramk_prepared_attention_arguments;

size_t ramk_prepared_attention_workspace_size(const ramk_context *context, ramk_precision precision,
                                              const ramk_prepared_attention_arguments *arguments);
ramk_status ramk_prepared_attention(const ramk_context *context, ramk_precision precision,
                                    const ramk_prepared_attention_arguments *arguments,
                                    void *workspace, size_t workspace_bytes);

// MARK: - Swin's embedding and merging

/// Cuts images into patches, projects them, and normalises each token.
typedef struct {
  size_t batch, height, width;    // in pixels; multiples of patch
  size_t patch;                   // pixels along a patch's side
  const float *images;            // [batch, 3, height, width], contiguous
  const void *weights;            // prepared from [channels, 3 · patch · patch]
  const float *bias;              // [channels]
  const float *gain, *norm_bias;  // LayerNorm's [channels], or both NULL for none
  float epsilon;
  float *out;                     // [batch · (height / patch) · (width / patch), channels]
  size_t out_stride;
} ramk_patch_embedding_arguments;

size_t ramk_patch_embedding_workspace_size(const ramk_context *context, ramk_precision precision,
                                           const ramk_patch_embedding_arguments *arguments);
ramk_status ramk_patch_embedding(const ramk_context *context, ramk_precision precision,
                                 const ramk_patch_embedding_arguments *arguments, void *workspace,
                                 size_t workspace_bytes);

/// Joins each 2 x 2 neighbourhood (even row even column, odd row even column, even row odd column,
/// odd row odd column), normalises the 4 · channels values, and projects them.
typedef struct {
  size_t batch, height, width;    // of the token map; even
  size_t channels;
  const float *x;                 // [batch · height · width, channels]
  size_t x_stride;
  const float *gain, *norm_bias;  // [4 · channels]
  float epsilon;
  const void *weights;            // prepared from [n, 4 · channels]
  float *out;                     // [batch · height/2 · width/2, n]
  size_t out_stride;
} ramk_patch_merging_arguments;

size_t ramk_patch_merging_workspace_size(const ramk_context *context, ramk_precision precision,
                                         const ramk_patch_merging_arguments *arguments);
ramk_status ramk_patch_merging(const ramk_context *context, ramk_precision precision,
                               const ramk_patch_merging_arguments *arguments, void *workspace,
                               size_t workspace_bytes);

// MARK: - Label queries

/// RAM++'s query of each label for one photo: the mean of the label's text descriptions, each
/// weighted by how well it fits the photo.
///
///   similarity_j = scale · (description_j · image) / |image|
///   out = Σ_j softmax(similarity)_j · description_j
///
/// `RAMK_FLOAT32` and `RAMK_BFLOAT16` say how descriptions are stored; the arithmetic is float32
/// either way. Where the image is all zeros, there is no similarity, and the output is NaN.
typedef struct {
  size_t labels, descriptions;    // outputs, and descriptions of each
  size_t width;
  const void *embeddings;         // [groups · descriptions, width]: a group a label
  size_t embeddings_stride;
  size_t groups;
  const size_t *group_of_label;   // [labels], below groups; NULL: label i has group i
  const float *image;             // [width]
  float scale;
  float *weights;                 // [labels, descriptions], the softmax; or NULL
  float *out;                     // [labels, width]
  size_t out_stride;
} ramk_description_reweighting_arguments;

size_t ramk_description_reweighting_workspace_size(
  const ramk_context *context, ramk_precision precision,
  const ramk_description_reweighting_arguments *arguments);
ramk_status ramk_description_reweighting(const ramk_context *context, ramk_precision precision,
                                         const ramk_description_reweighting_arguments *arguments,
                                         void *workspace, size_t workspace_bytes);

// MARK: - Convolution (channels last)

/// A dense convolution as a product over gathered neighbourhoods; EfficientNet's stem.
/// Zero padding: `pad_top` and `pad_left` before, whatever `out_height`, `out_width` need behind.
typedef struct {
  size_t batch, height, width, channels;
  size_t kernel, stride;
  size_t pad_top, pad_left;
  size_t out_height, out_width;
  const float *x;                 // [batch, height, width, channels], contiguous
  const void *weights;            // prepared from [n, kernel · kernel · channels], channels last
  const float *bias;              // [n], or NULL
  ramk_activation activation;
  float *out;                     // [batch, out_height, out_width, n], contiguous
} ramk_convolution_arguments;

size_t ramk_convolution_workspace_size(const ramk_context *context, ramk_precision precision,
                                       const ramk_convolution_arguments *arguments);
ramk_status ramk_convolution(const ramk_context *context, ramk_precision precision,
                             const ramk_convolution_arguments *arguments, void *workspace,
                             size_t workspace_bytes);

/// A depthwise convolution: one kernel x kernel filter a channel.
typedef struct {
  size_t batch, height, width, channels;
  size_t kernel, stride;
  size_t pad_top, pad_left;
  size_t out_height, out_width;
  const float *x;                 // [batch, height, width, channels], contiguous
  const float *weights;           // [kernel, kernel, channels]
  const float *bias;              // [channels], or NULL
  ramk_activation activation;     // none, ReLU or ReLU6
  float *out;                     // [batch, out_height, out_width, channels], contiguous
} ramk_depthwise_convolution_arguments;

ramk_status ramk_depthwise_convolution(const ramk_context *context, ramk_precision precision,
                                       const ramk_depthwise_convolution_arguments *arguments);

/// The first half of an inverted bottleneck: x · expansionᵀ, activated, then `filters` over that map.
/// The numbers are those of a product and a depthwise convolution, bit for bit.
typedef struct {
  size_t inputs;                  // channels of x
  const float *x;                 // [batch, height, width, inputs], contiguous
  const void *expansion;          // prepared from [filters.channels, inputs]
  const float *bias;              // of the expansion, [filters.channels], or NULL
  ramk_activation activation;     // of the expansion
  ramk_depthwise_convolution_arguments filters;  // all but their x
} ramk_expanded_depthwise_arguments;

size_t ramk_expanded_depthwise_workspace_size(const ramk_context *context,
                                              ramk_precision precision,
                                              const ramk_expanded_depthwise_arguments *arguments);
ramk_status ramk_expanded_depthwise(const ramk_context *context, ramk_precision precision,
                                    const ramk_expanded_depthwise_arguments *arguments,
                                    void *workspace, size_t workspace_bytes);

// MARK: - Photos
// These run on the calling thread alone, so that photos can be prepared beside the compute of
// others; `context` may be NULL.

/// Resizes 8-bit RGB as Pillow's `Image.resize(size, BILINEAR)` does, bit for bit (versions 9.5 to
/// 12.0): a triangle filter whose support grows with the downscale factor, 22-bit fixed point,
/// horizontal pass first and rounded to 8 bits; a pass whose size does not change is skipped.
size_t ramk_resize_bilinear_workspace_size(size_t in_width, size_t in_height, size_t out_width,
                                           size_t out_height);
ramk_status ramk_resize_bilinear(const ramk_context *context, const uint8_t *in, size_t in_width,
                                 size_t in_height, size_t in_stride, uint8_t *out,
                                 size_t out_width, size_t out_height, size_t out_stride,
                                 void *workspace, size_t workspace_bytes);

typedef enum { RAMK_PLANAR, RAMK_CHANNELS_LAST } ramk_pixel_layout;

/// Turns 8-bit RGB into floats through a table of 256 values a channel: out = table[c][in].
/// Strides count bytes of `in`; `out` is [3, height, width] or [height, width, 3], contiguous.
ramk_status ramk_normalize_pixels(const ramk_context *context, const uint8_t *in, size_t width,
                                  size_t height, size_t in_stride, const float table[3][256],
                                  ramk_pixel_layout layout, float *out);

// MARK: - Peak

/// The most that the cores do: multiply-adds on registers alone, with the very instruction of the
/// kernel that serves products in this precision. A turn keeps a core busy for some tens of
/// microseconds; turns are spread over the context's threads as a kernel's work is. `multiply_adds`
/// is how many there were, as the registers counted them: time the call, and two a multiply-add
/// give the peak in FLOP/s.
ramk_status ramk_peak(const ramk_context *context, ramk_precision precision, size_t turns,
                      uint64_t *multiply_adds);

// MARK: - Conversion

/// Converts `count` little-endian elements, which need not be aligned, to float32. Of a type that is
/// stored in blocks, `count` is a multiple of a block's elements. All but RAMK_ELEMENT_FLOAT64 and
/// the integers beyond 24 bits come out exactly; these are rounded to nearest.
ramk_status ramk_convert_to_float32(const ramk_context *context, ramk_element_type type,
                                    const void *in, size_t count, float *out);

/// Rounds floats to bfloat16, the upper half of a float: to nearest, ties to even; a NaN stays one.
/// Beyond the largest bfloat16 (3.39e38) and half a unit of its last place lies infinity.
ramk_status ramk_round_to_bfloat16(const ramk_context *context, const float *x, size_t count,
                                   uint16_t *out);

/// Rounds rows of weights to bytes, the largest of a row to ±127, ties to even: x ≈ scale · out. A row
/// with a number that is not finite has a NaN for its scale.
ramk_status ramk_quantize_rows(const ramk_context *context, size_t rows, size_t columns,
                               const float *x, size_t x_stride, int8_t *out /* [rows, columns] */,
                               float *scales /* [rows] */);

/// Dimensions that `ramk_copy_strided` takes at most.
#define RAMK_COPY_MAXIMUM_RANK 64

/// Gathers a tensor whose elements lie `strides[d]` elements apart in dimension d into one whose
/// elements follow each other in C order. No alignment is needed. The caller vouches that `in`
/// holds every element that shape and strides reach; a stride of 0 repeats elements.
ramk_status ramk_copy_strided(size_t rank, const size_t *shape, const size_t *strides,
                              size_t element_bytes, const void *in, void *out);

/// Writes `count` pseudo-random floats, spread evenly over center ± magnitude: the same for the same
/// seed, on any machine and any number of threads. For models without a checkpoint.
ramk_status ramk_fill_uniform(const ramk_context *context, uint64_t seed, float center,
                              float magnitude, size_t count, float *out);

/// The index of the first NaN or infinity, or `count` where there is none.
size_t ramk_first_non_finite(const ramk_context *context, const float *x, size_t count);

#ifdef __cplusplus
}
#endif

#endif
