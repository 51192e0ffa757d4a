// Every function of CRAMKernels.h under the name that `ld --wrap` gives its callers: each says what
// memory it reaches, and has the call run elsewhere. A function that is missing here is an error of
// the linker.

#include "remote.h"

#include "CRAMKernels.h"
#include "operations/prepared_matrix.h"

#include <stdlib.h>
#include <string.h>

// Declares the wrapper with the function's own type, for the compiler to compare.
#define WRAP(result, name, ...)   \
  __typeof__(name) __wrap_##name; \
  result __wrap_##name(__VA_ARGS__)

// MARK: - Extents, of sizes that may be nonsense

static size_t times(size_t a, size_t b) {
  size_t product;
  return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

static size_t plus(size_t a, size_t b) {
  size_t sum;
  return __builtin_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static size_t floats(size_t count) { return times(count, sizeof(float)); }

static size_t rows_of(size_t rows, size_t columns, size_t stride, size_t element_bytes) {
  if (rows == 0 || columns == 0) return 0;
  return times(plus(times(rows - 1, stride), columns), element_bytes);
}

static size_t matrix(size_t rows, size_t columns, size_t stride) {
  return rows_of(rows, columns, stride, sizeof(float));
}

static size_t halves(size_t rows, size_t columns, size_t stride) {
  return rows_of(rows, columns, stride, sizeof(uint16_t));
}

// What prepared weights claim to hold.
static ramk_prepared_matrix header_of(const void *weights) {
  ramk_prepared_matrix header = {0};
  if (!weights || !remote_peek(weights, &header, sizeof header) ||
      memcmp(header.magic, "RAMKMTRX", 8) != 0 || header.panel == 0 || header.bytes < sizeof header)
    return (ramk_prepared_matrix){0};
  return header;
}

static size_t prepared(const ramk_prepared_matrix *header) {
  return header->panel == 0 ? sizeof *header : header->bytes;
}

// MARK: - Arguments

#define IN(pointer, bytes) remote_pointer(&call, pointer, bytes, REGION_READ)
#define OUT(pointer, bytes) remote_pointer(&call, pointer, bytes, REGION_WRITTEN)
#define SCRATCH(pointer, bytes) remote_pointer(&call, pointer, bytes, REGION_SCRATCH)
#define WORD(value) remote_word(&call, (uint64_t)(value))
#define CONTEXT() IN(context, sizeof *context)

// Of a structure `arguments` in region `structure`.
#define MEMBER(member, bytes, use)                                                              \
  remote_member(call, structure, offsetof(__typeof__(*arguments), member), arguments->member,   \
                bytes, use)
#define MEMBER_IN(member, bytes) MEMBER(member, bytes, REGION_READ)
#define MEMBER_OUT(member, bytes) MEMBER(member, bytes, REGION_WRITTEN)

// A function that adds the arguments of an operation which takes them as a structure.
#define ADD_ARGUMENTS(name)                                                                   \
  static void add_##name(remote_call *call, __attribute__((unused)) ramk_precision precision, \
                         const ramk_##name##_arguments *arguments)

// MARK: - CPU and registry

WRAP(const char *, ramk_status_description, ramk_status status) {
  remote_call call = REMOTE(ramk_status_description);
  WORD(status);
  return remote_string(remote_run(&call));
}

WRAP(size_t, ramk_cpu_read_leaves, ramk_cpuid_leaf *leaves, size_t capacity, uint64_t *xcr0) {
  remote_call call = REMOTE(ramk_cpu_read_leaves);
  OUT(leaves, times(capacity, sizeof *leaves));
  WORD(capacity);
  OUT(xcr0, sizeof *xcr0);
  return remote_run(&call);
}

WRAP(void, ramk_cpu_decode, const ramk_cpuid_leaf *leaves, size_t count, uint64_t xcr0,
     ramk_cpu *cpu) {
  remote_call call = REMOTE(ramk_cpu_decode);
  IN(leaves, times(count, sizeof *leaves));
  WORD(count);
  WORD(xcr0);
  OUT(cpu, sizeof *cpu);
  remote_run(&call);
}

WRAP(void, ramk_cpu_decode_arm, uint64_t hwcap, uint64_t hwcap2, const char *root,
     ramk_cpu *cpu) {
  remote_call call = REMOTE(ramk_cpu_decode_arm);
  WORD(hwcap);
  WORD(hwcap2);
  IN(root, strlen(root) + 1);
  OUT(cpu, sizeof *cpu);
  remote_run(&call);
}

WRAP(void, ramk_cpu_detect, ramk_cpu *cpu) {
  remote_call call = REMOTE(ramk_cpu_detect);
  OUT(cpu, sizeof *cpu);
  remote_run(&call);
}

WRAP(const char *, ramk_cpu_feature, const ramk_cpu *cpu, size_t index, bool *present) {
  remote_call call = REMOTE(ramk_cpu_feature);
  IN(cpu, sizeof *cpu);
  WORD(index);
  OUT(present, sizeof *present);
  return remote_string(remote_run(&call));
}

WRAP(unsigned, ramk_cpu_usable_cores, void) {
  remote_call call = REMOTE(ramk_cpu_usable_cores);
  return (unsigned)remote_run(&call);
}

WRAP(unsigned, ramk_cpu_usable_cores_under, const char *root, const unsigned *cpus, size_t count) {
  remote_call call = REMOTE(ramk_cpu_usable_cores_under);
  IN(root, strlen(root) + 1);
  IN(cpus, times(count, sizeof *cpus));
  WORD(count);
  return (unsigned)remote_run(&call);
}

WRAP(const char *, ramk_implementation_name, ramk_implementation implementation) {
  remote_call call = REMOTE(ramk_implementation_name);
  WORD(implementation);
  return remote_string(remote_run(&call));
}

WRAP(const char *, ramk_precision_name, ramk_precision precision) {
  remote_call call = REMOTE(ramk_precision_name);
  WORD(precision);
  return remote_string(remote_run(&call));
}

WRAP(ramk_status, ramk_implementation_named, const char *name,
     ramk_implementation *implementation) {
  remote_call call = REMOTE(ramk_implementation_named);
  IN(name, name ? strlen(name) + 1 : 0);
  OUT(implementation, sizeof *implementation);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_context_init, ramk_context *context, unsigned threads) {
  remote_call call = REMOTE(ramk_context_init);
  OUT(context, sizeof *context);
  WORD(threads);
  return (ramk_status)remote_run(&call);
}

// Where the environment asks for NEON alone, no other implementation can be had: tests of models,
// which go through all that there are, take a fraction of the time.
static bool left_out(ramk_implementation implementation) {
  return implementation != RAMK_NEON && getenv("NEON_ALONE");
}

WRAP(ramk_status, ramk_context_init_forced, ramk_context *context,
     ramk_implementation implementation, unsigned threads) {
  remote_call call = REMOTE(ramk_context_init_forced);
  if (left_out(implementation)) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  OUT(context, sizeof *context);
  WORD(implementation);
  WORD(threads);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_context_init_for_cpu, ramk_context *context, const ramk_cpu *cpu,
     ramk_implementation implementation, unsigned threads) {
  remote_call call = REMOTE(ramk_context_init_for_cpu);
  if (left_out(implementation)) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  OUT(context, sizeof *context);
  IN(cpu, sizeof *cpu);
  WORD(implementation);
  WORD(threads);
  return (ramk_status)remote_run(&call);
}

WRAP(size_t, ramk_kernel_count, void) {
  remote_call call = REMOTE(ramk_kernel_count);
  return remote_run(&call);
}

WRAP(ramk_status, ramk_kernel_describe, const ramk_context *context, size_t index,
     ramk_kernel_description *description) {
  remote_call call = REMOTE(ramk_kernel_describe);
  CONTEXT();
  WORD(index);
  OUT(description, sizeof *description);
  const ramk_status status = (ramk_status)remote_run(&call);
  if (status == RAMK_OK) {
    const char **const texts[] = {&description->operation, &description->symbol,
                                  &description->needs, &description->why};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
      *texts[i] = remote_string((uintptr_t)*texts[i]);
  }
  return status;
}

WRAP(const char *, ramk_threads_backend, void) {
  remote_call call = REMOTE(ramk_threads_backend);
  return remote_string(remote_run(&call));
}

// MARK: - Matrix product

WRAP(size_t, ramk_matrix_prepared_size, const ramk_context *context, ramk_precision precision,
     size_t n, size_t k) {
  remote_call call = REMOTE(ramk_matrix_prepared_size);
  CONTEXT();
  WORD(precision);
  WORD(n);
  WORD(k);
  return remote_run(&call);
}

WRAP(ramk_status, ramk_matrix_prepare, const ramk_context *context, ramk_precision precision,
     size_t n, size_t k, const float *weights, size_t row_stride, void *to, size_t bytes) {
  remote_call call = REMOTE(ramk_matrix_prepare);
  CONTEXT();
  WORD(precision);
  WORD(n);
  WORD(k);
  IN(weights, matrix(n, k, row_stride));
  WORD(row_stride);
  OUT(to, bytes);
  WORD(bytes);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_matrix_prepare_transposed, const ramk_context *context,
     ramk_precision precision, size_t n, size_t k, const float *weights, size_t row_stride, void *to,
     size_t bytes) {
  remote_call call = REMOTE(ramk_matrix_prepare_transposed);
  CONTEXT();
  WORD(precision);
  WORD(n);
  WORD(k);
  IN(weights, matrix(k, n, row_stride));
  WORD(row_stride);
  OUT(to, bytes);
  WORD(bytes);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_matrix_prepare_bytes, const ramk_context *context, size_t n, size_t k,
     const int8_t *weights, size_t row_stride, const float *scales, void *to, size_t bytes) {
  remote_call call = REMOTE(ramk_matrix_prepare_bytes);
  CONTEXT();
  WORD(n);
  WORD(k);
  IN(weights, matrix(n, k, row_stride) / sizeof(float));
  WORD(row_stride);
  IN(scales, floats(n));
  OUT(to, bytes);
  WORD(bytes);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_matrix_prepared_check, const ramk_context *context, ramk_precision precision,
     size_t n, size_t k, const void *weights, size_t bytes) {
  remote_call call = REMOTE(ramk_matrix_prepared_check);
  CONTEXT();
  WORD(precision);
  WORD(n);
  WORD(k);
  IN(weights, bytes);
  WORD(bytes);
  return (ramk_status)remote_run(&call);
}

WRAP(size_t, ramk_gemm_workspace_size, const ramk_context *context, ramk_precision precision,
     size_t m, size_t n, size_t k) {
  remote_call call = REMOTE(ramk_gemm_workspace_size);
  CONTEXT();
  WORD(precision);
  WORD(m);
  WORD(n);
  WORD(k);
  return remote_run(&call);
}

ADD_ARGUMENTS(gemm) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const ramk_prepared_matrix weights = header_of(arguments->weights);
  const size_t m = arguments->m, n = weights.n, k = weights.k;
  MEMBER_IN(a, matrix(m, k, arguments->a_stride));
  MEMBER_IN(rounded_a, halves(m, k, arguments->a_stride));
  MEMBER_IN(weights, prepared(&weights));
  MEMBER_IN(bias, floats(n));
  MEMBER_IN(residual, matrix(m, n, arguments->residual_stride));
  MEMBER_IN(gain, floats(n));
  MEMBER_IN(norm_bias, floats(n));
  MEMBER_OUT(out, matrix(m, n, arguments->out_stride));
  MEMBER_OUT(rounded_out, halves(m, n, arguments->out_stride));
}

WRAP(ramk_status, ramk_gemm, const ramk_context *context, ramk_precision precision,
     const ramk_gemm_arguments *arguments, void *workspace, size_t workspace_bytes) {
  remote_call call = REMOTE(ramk_gemm);
  CONTEXT();
  WORD(precision);
  add_gemm(&call, precision, arguments);
  SCRATCH(workspace, workspace_bytes);
  WORD(workspace_bytes);
  return (ramk_status)remote_run(&call);
}

// MARK: - Element types

static size_t elements(ramk_element_type type, size_t count) {
  switch (type) {
    case RAMK_ELEMENT_FLOAT64:
    case RAMK_ELEMENT_INT64: return times(count, 8);
    case RAMK_ELEMENT_FLOAT32:
    case RAMK_ELEMENT_INT32: return times(count, 4);
    case RAMK_ELEMENT_FLOAT16:
    case RAMK_ELEMENT_BFLOAT16: return times(count, 2);
    case RAMK_ELEMENT_UINT8:
    case RAMK_ELEMENT_INT8: return count;
    case RAMK_ELEMENT_Q8_0:
      return times(count / RAMK_Q8_0_BLOCK_ELEMENTS, RAMK_Q8_0_BLOCK_BYTES);
  }
  return 0;
}

// MARK: - Rows

WRAP(ramk_status, ramk_layer_norm, const ramk_context *context, size_t rows, size_t columns,
     const float *x, size_t x_stride, const float *gain, const float *bias, float epsilon,
     float *out, size_t out_stride) {
  remote_call call = REMOTE(ramk_layer_norm);
  CONTEXT();
  WORD(rows);
  WORD(columns);
  IN(x, matrix(rows, columns, x_stride));
  WORD(x_stride);
  IN(gain, floats(columns));
  IN(bias, floats(columns));
  remote_float(&call, epsilon);
  OUT(out, matrix(rows, columns, out_stride));
  WORD(out_stride);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_softmax, const ramk_context *context, size_t rows, size_t columns,
     float scale, const float *x, size_t x_stride, float *out, size_t out_stride) {
  remote_call call = REMOTE(ramk_softmax);
  CONTEXT();
  WORD(rows);
  WORD(columns);
  remote_float(&call, scale);
  IN(x, matrix(rows, columns, x_stride));
  WORD(x_stride);
  OUT(out, matrix(rows, columns, out_stride));
  WORD(out_stride);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_softmax_with_mean, const ramk_context *context, size_t rows, size_t columns,
     float scale, const float *x, size_t x_stride, float *out, size_t out_stride) {
  remote_call call = REMOTE(ramk_softmax_with_mean);
  CONTEXT();
  WORD(rows);
  WORD(columns);
  remote_float(&call, scale);
  IN(x, matrix(rows, columns, x_stride));
  WORD(x_stride);
  OUT(out, matrix(rows, columns, out_stride));
  WORD(out_stride);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_mean_rows, const ramk_context *context, size_t groups, size_t rows,
     size_t columns, const float *x, size_t x_stride, float *out, size_t out_stride) {
  remote_call call = REMOTE(ramk_mean_rows);
  CONTEXT();
  WORD(groups);
  WORD(rows);
  WORD(columns);
  IN(x, matrix(times(groups, rows), columns, x_stride));
  WORD(x_stride);
  OUT(out, matrix(groups, columns, out_stride));
  WORD(out_stride);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_row_dots, const ramk_context *context, size_t rows, size_t columns,
     const float *a, size_t a_stride, const float *b, size_t b_stride, const float *bias,
     float *out) {
  remote_call call = REMOTE(ramk_row_dots);
  CONTEXT();
  WORD(rows);
  WORD(columns);
  IN(a, matrix(rows, columns, a_stride));
  WORD(a_stride);
  IN(b, matrix(rows, columns, b_stride));
  WORD(b_stride);
  IN(bias, floats(rows));
  OUT(out, floats(rows));
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_scale_rows, const ramk_context *context, size_t first, size_t count,
     size_t columns, const float *scales, float *x) {
  remote_call call = REMOTE(ramk_scale_rows);
  const size_t end = plus(first, count);
  CONTEXT();
  WORD(first);
  WORD(count);
  WORD(columns);
  IN(scales, columns > 0 && count > 0 ? floats(end / columns + (end % columns != 0)) : 0);
  OUT(x, floats(count));
  return (ramk_status)remote_run(&call);
}

static void add_gather_rows(remote_call *call, const ramk_gather_rows_arguments *arguments) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const size_t columns = arguments->columns;
  MEMBER_IN(table, elements(arguments->type, times(arguments->table_rows, columns)));
  MEMBER_IN(scales, floats(arguments->table_rows));
  MEMBER_IN(indices, times(arguments->rows, sizeof(uint32_t)));
  MEMBER_IN(added, floats(times(arguments->added_rows, columns)));
  MEMBER_OUT(out, matrix(arguments->rows, columns, arguments->out_stride));
}

WRAP(ramk_status, ramk_gather_rows, const ramk_context *context,
     const ramk_gather_rows_arguments *arguments) {
  remote_call call = REMOTE(ramk_gather_rows);
  CONTEXT();
  add_gather_rows(&call, arguments);
  return (ramk_status)remote_run(&call);
}

// MARK: - Operations whose arguments are a structure

// NAME_workspace_size and NAME, for whose arguments there is a function add_NAME.
#define WRAP_OPERATION(name)                                                                \
  WRAP(size_t, ramk_##name##_workspace_size, const ramk_context *context,                   \
       ramk_precision precision, const ramk_##name##_arguments *arguments) {                \
    remote_call call = REMOTE(ramk_##name##_workspace_size);                                \
    CONTEXT();                                                                              \
    WORD(precision);                                                                        \
    add_##name(&call, precision, arguments);                                                \
    return remote_run(&call);                                                               \
  }                                                                                         \
  WRAP(ramk_status, ramk_##name, const ramk_context *context, ramk_precision precision,     \
       const ramk_##name##_arguments *arguments, void *workspace, size_t workspace_bytes) { \
    remote_call call = REMOTE(ramk_##name);                                                 \
    CONTEXT();                                                                              \
    WORD(precision);                                                                        \
    add_##name(&call, precision, arguments);                                                \
    SCRATCH(workspace, workspace_bytes);                                                    \
    WORD(workspace_bytes);                                                                  \
    return (ramk_status)remote_run(&call);                                                  \
  }

ADD_ARGUMENTS(window_attention) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const size_t tokens = times(arguments->batch, times(arguments->height, arguments->width));
  const size_t channels = times(arguments->heads, arguments->head_dim);
  const size_t side = arguments->window > 0 ? plus(arguments->window, arguments->window - 1) : 0;
  MEMBER_IN(qkv, matrix(tokens, times(3, channels), arguments->qkv_stride));
  MEMBER_IN(rounded_qkv, halves(tokens, times(3, channels), arguments->qkv_stride));
  MEMBER_IN(relative_position_bias, floats(times(times(side, side), arguments->heads)));
  MEMBER_OUT(out, matrix(tokens, channels, arguments->out_stride));
}
WRAP_OPERATION(window_attention)

ADD_ARGUMENTS(feed_forward) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const ramk_prepared_matrix up = header_of(arguments->up), down = header_of(arguments->down);
  const size_t m = arguments->m;
  MEMBER_IN(x, matrix(m, up.k, arguments->x_stride));
  MEMBER_IN(up, prepared(&up));
  MEMBER_IN(up_bias, floats(up.n));
  MEMBER_IN(down, prepared(&down));
  MEMBER_IN(down_bias, floats(down.n));
  MEMBER_IN(residual, matrix(m, down.n, arguments->residual_stride));
  MEMBER_IN(gain, floats(down.n));
  MEMBER_IN(norm_bias, floats(down.n));
  MEMBER_OUT(out, matrix(m, down.n, arguments->out_stride));
}
WRAP_OPERATION(feed_forward)

ADD_ARGUMENTS(cross_attention) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const size_t batch = arguments->batch, queries = arguments->queries;
  const size_t tokens = times(batch, arguments->tokens);
  const size_t channels = times(arguments->heads, arguments->head_dim);
  const size_t one = matrix(queries, channels, arguments->q_stride);
  const size_t before = batch > 0 ? floats(times(batch - 1, arguments->q_batch_stride)) : 0;
  MEMBER_IN(q, batch > 0 ? plus(before, one) : 0);
  MEMBER_IN(k, matrix(tokens, channels, arguments->k_stride));
  MEMBER_IN(v, matrix(tokens, channels, arguments->v_stride));
  MEMBER_OUT(out, matrix(times(batch, queries), channels, arguments->out_stride));
}
WRAP_OPERATION(cross_attention)

ADD_ARGUMENTS(prepared_attention) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const ramk_prepared_matrix values = header_of(arguments->values);
  const size_t m = arguments->m, parts = arguments->parts;
  size_t k = 0;
  if (arguments->keys && parts <= 16) {
    const int keys = MEMBER_IN(keys, times(parts, sizeof *arguments->keys));
    for (size_t part = 0; part < parts; part++) {
      const ramk_prepared_matrix header = header_of(arguments->keys[part]);
      remote_member(call, keys, part * sizeof *arguments->keys, arguments->keys[part],
                    prepared(&header), REGION_READ);
      k = header.k;
    }
  }
  MEMBER_IN(x, matrix(m, times(parts, k), arguments->x_stride));
  MEMBER_IN(key_bias, floats(times(arguments->heads, arguments->tokens)));
  MEMBER_IN(values, prepared(&values));
  MEMBER_IN(bias, floats(values.n));
  MEMBER_IN(residual, matrix(m, values.n, arguments->residual_stride));
  MEMBER_IN(gain, floats(values.n));
  MEMBER_IN(norm_bias, floats(values.n));
  MEMBER_OUT(out, matrix(m, values.n, arguments->out_stride));
}
WRAP_OPERATION(prepared_attention)

ADD_ARGUMENTS(description_reweighting) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const size_t element = precision == RAMK_BFLOAT16 ? sizeof(uint16_t) : sizeof(float);
  const size_t labels = arguments->labels, descriptions = arguments->descriptions;
  MEMBER_IN(embeddings, rows_of(times(arguments->groups, descriptions), arguments->width,
                                arguments->embeddings_stride, element));
  MEMBER_IN(group_of_label, times(labels, sizeof(size_t)));
  MEMBER_IN(image, floats(arguments->width));
  MEMBER_OUT(weights, floats(times(labels, descriptions)));
  MEMBER_OUT(out, matrix(labels, arguments->width, arguments->out_stride));
}
WRAP_OPERATION(description_reweighting)

ADD_ARGUMENTS(patch_embedding) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const ramk_prepared_matrix weights = header_of(arguments->weights);
  const size_t patch = arguments->patch > 0 ? arguments->patch : 1;
  const size_t pixels = times(arguments->batch, times(arguments->height, arguments->width));
  const size_t tokens = times(arguments->batch,
                              times(arguments->height / patch, arguments->width / patch));
  MEMBER_IN(images, floats(times(3, pixels)));
  MEMBER_IN(weights, prepared(&weights));
  MEMBER_IN(bias, floats(weights.n));
  MEMBER_IN(gain, floats(weights.n));
  MEMBER_IN(norm_bias, floats(weights.n));
  MEMBER_OUT(out, matrix(tokens, weights.n, arguments->out_stride));
}
WRAP_OPERATION(patch_embedding)

ADD_ARGUMENTS(patch_merging) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const ramk_prepared_matrix weights = header_of(arguments->weights);
  const size_t tokens = times(arguments->batch, times(arguments->height, arguments->width));
  const size_t merged = times(arguments->batch,
                              times(arguments->height / 2, arguments->width / 2));
  MEMBER_IN(x, matrix(tokens, arguments->channels, arguments->x_stride));
  MEMBER_IN(gain, floats(times(4, arguments->channels)));
  MEMBER_IN(norm_bias, floats(times(4, arguments->channels)));
  MEMBER_IN(weights, prepared(&weights));
  MEMBER_OUT(out, matrix(merged, weights.n, arguments->out_stride));
}
WRAP_OPERATION(patch_merging)

ADD_ARGUMENTS(convolution) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const ramk_prepared_matrix weights = header_of(arguments->weights);
  const size_t pixels = times(arguments->batch, times(arguments->height, arguments->width));
  const size_t outputs = times(arguments->batch,
                               times(arguments->out_height, arguments->out_width));
  MEMBER_IN(x, floats(times(pixels, arguments->channels)));
  MEMBER_IN(weights, prepared(&weights));
  MEMBER_IN(bias, floats(weights.n));
  MEMBER_OUT(out, floats(times(outputs, weights.n)));
}
WRAP_OPERATION(convolution)

ADD_ARGUMENTS(depthwise_convolution) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const size_t channels = arguments->channels;
  const size_t pixels = times(arguments->batch, times(arguments->height, arguments->width));
  const size_t outputs = times(arguments->batch,
                               times(arguments->out_height, arguments->out_width));
  MEMBER_IN(x, floats(times(pixels, channels)));
  MEMBER_IN(weights, floats(times(times(arguments->kernel, arguments->kernel), channels)));
  MEMBER_IN(bias, floats(channels));
  MEMBER_OUT(out, floats(times(outputs, channels)));
}

WRAP(ramk_status, ramk_depthwise_convolution, const ramk_context *context,
     ramk_precision precision, const ramk_depthwise_convolution_arguments *arguments) {
  remote_call call = REMOTE(ramk_depthwise_convolution);
  CONTEXT();
  WORD(precision);
  add_depthwise_convolution(&call, precision, arguments);
  return (ramk_status)remote_run(&call);
}

ADD_ARGUMENTS(expanded_depthwise) {
  const int structure = remote_pointer(call, arguments, sizeof *arguments, REGION_READ);
  if (!arguments) return;
  const ramk_prepared_matrix expansion = header_of(arguments->expansion);
  const ramk_depthwise_convolution_arguments *filters = &arguments->filters;
  const size_t channels = filters->channels;
  const size_t pixels = times(filters->batch, times(filters->height, filters->width));
  const size_t outputs = times(filters->batch, times(filters->out_height, filters->out_width));
  MEMBER_IN(x, floats(times(pixels, arguments->inputs)));
  MEMBER_IN(expansion, prepared(&expansion));
  MEMBER_IN(bias, floats(expansion.n));
  MEMBER_IN(filters.weights, floats(times(times(filters->kernel, filters->kernel), channels)));
  MEMBER_IN(filters.bias, floats(channels));
  MEMBER_OUT(filters.out, floats(times(outputs, channels)));
}
WRAP_OPERATION(expanded_depthwise)

// MARK: - Photos

WRAP(size_t, ramk_resize_bilinear_workspace_size, size_t in_width, size_t in_height,
     size_t out_width, size_t out_height) {
  remote_call call = REMOTE(ramk_resize_bilinear_workspace_size);
  WORD(in_width);
  WORD(in_height);
  WORD(out_width);
  WORD(out_height);
  return remote_run(&call);
}

WRAP(ramk_status, ramk_resize_bilinear, const ramk_context *context, const uint8_t *in,
     size_t in_width, size_t in_height, size_t in_stride, uint8_t *out, size_t out_width,
     size_t out_height, size_t out_stride, void *workspace, size_t workspace_bytes) {
  remote_call call = REMOTE(ramk_resize_bilinear);
  CONTEXT();
  IN(in, rows_of(in_height, times(3, in_width), in_stride, 1));
  WORD(in_width);
  WORD(in_height);
  WORD(in_stride);
  OUT(out, rows_of(out_height, times(3, out_width), out_stride, 1));
  WORD(out_width);
  WORD(out_height);
  WORD(out_stride);
  SCRATCH(workspace, workspace_bytes);
  WORD(workspace_bytes);
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_normalize_pixels, const ramk_context *context, const uint8_t *in,
     size_t width, size_t height, size_t in_stride, const float table[3][256],
     ramk_pixel_layout layout, float *out) {
  remote_call call = REMOTE(ramk_normalize_pixels);
  CONTEXT();
  IN(in, rows_of(height, times(3, width), in_stride, 1));
  WORD(width);
  WORD(height);
  WORD(in_stride);
  IN(table, floats(3 * 256));
  WORD(layout);
  OUT(out, floats(times(3, times(width, height))));
  return (ramk_status)remote_run(&call);
}

// MARK: - Peak

WRAP(ramk_status, ramk_peak, const ramk_context *context, ramk_precision precision, size_t turns,
     uint64_t *multiply_adds) {
  remote_call call = REMOTE(ramk_peak);
  CONTEXT();
  WORD(precision);
  WORD(turns);
  OUT(multiply_adds, sizeof *multiply_adds);
  return (ramk_status)remote_run(&call);
}

// MARK: - Conversion

WRAP(ramk_status, ramk_convert_to_float32, const ramk_context *context, ramk_element_type type,
     const void *in, size_t count, float *out) {
  remote_call call = REMOTE(ramk_convert_to_float32);
  CONTEXT();
  WORD(type);
  IN(in, elements(type, count));
  WORD(count);
  OUT(out, floats(count));
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_round_to_bfloat16, const ramk_context *context, const float *x,
     size_t count, uint16_t *out) {
  remote_call call = REMOTE(ramk_round_to_bfloat16);
  CONTEXT();
  IN(x, floats(count));
  WORD(count);
  OUT(out, times(count, sizeof *out));
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_quantize_rows, const ramk_context *context, size_t rows, size_t columns,
     const float *x, size_t x_stride, int8_t *out, float *scales) {
  remote_call call = REMOTE(ramk_quantize_rows);
  CONTEXT();
  WORD(rows);
  WORD(columns);
  IN(x, matrix(rows, columns, x_stride));
  WORD(x_stride);
  OUT(out, times(rows, columns));
  OUT(scales, floats(rows));
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_copy_strided, size_t rank, const size_t *shape, const size_t *strides,
     size_t element_bytes, const void *in, void *out) {
  remote_call call = REMOTE(ramk_copy_strided);
  size_t reach = 1, count = 1;  // elements of `in` from the first to the last, and of `out`
  if (rank <= RAMK_COPY_MAXIMUM_RANK && shape && strides)
    for (size_t d = 0; d < rank; d++) {
      if (shape[d] > 0) reach = plus(reach, times(shape[d] - 1, strides[d]));
      count = times(count, shape[d]);
    }
  WORD(rank);
  IN(shape, times(rank, sizeof *shape));
  IN(strides, times(rank, sizeof *strides));
  WORD(element_bytes);
  IN(in, count > 0 ? times(reach, element_bytes) : 0);
  OUT(out, times(count, element_bytes));
  return (ramk_status)remote_run(&call);
}

WRAP(ramk_status, ramk_fill_uniform, const ramk_context *context, uint64_t seed, float center,
     float magnitude, size_t count, float *out) {
  remote_call call = REMOTE(ramk_fill_uniform);
  CONTEXT();
  WORD(seed);
  remote_float(&call, center);
  remote_float(&call, magnitude);
  WORD(count);
  OUT(out, floats(count));
  return (ramk_status)remote_run(&call);
}

WRAP(size_t, ramk_first_non_finite, const ramk_context *context, const float *x, size_t count) {
  remote_call call = REMOTE(ramk_first_non_finite);
  CONTEXT();
  IN(x, floats(count));
  WORD(count);
  return remote_run(&call);
}
