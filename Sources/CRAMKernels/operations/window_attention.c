// (Shifted) window attention of Swin (Liu et al., "Swin Transformer", 2021), on tokens that stay
// where they are:
//
//   for each task, some windows x a head:
//     expand the head's relative position bias to [tokens, tokens]
//     for each window:
//       gather its keys, values and scaled queries by index, packed as products read them
//       for each block of queries that leaves its scores in L1:
//         fetch a part of what comes next
//         scores = queries · keysᵀ + bias; the mask, where the window straddles the seam
//         softmax; outputs = probabilities · values
//       scatter the outputs to their tokens' places
//
// Rolling the map by -shift is an index: the token at (row, column) of the rolled map is the one at
// (row + shift, column + shift), modulo the sides.

#include "operations/attention.h"
#include "operations/kernels.h"
#include "operations/scratch.h"
#include "threads/threads.h"

#include <math.h>

// Places in a worker's scratch memory, and sizes that follow from the arguments.
typedef struct {
  size_t tokens, block, stride;   // of a window; queries a block; of a row of scores
  size_t rows, gathered, queries, keys, values, scores, packed, bias, table, regions, portions, order;
  size_t floats;
} window_layout;

typedef struct {
  const ramk_window_attention_kernel *kernel;
  const ramk_window_attention_arguments *arguments;
  window_layout layout;
  size_t windows, windows_of_task, groups;
  bool packs_rounded;
  float scale;                    // of scores in the softmax, where queries are packed without theirs
  void *workspace;
} window_plan;

static bool lay_out(const ramk_gemm_kernel *product, const ramk_window_attention_arguments *a,
                    window_layout *l) {
  size_t side;
  if (!ramk_multiply(a->window, a->window, &l->tokens) || l->tokens > PTRDIFF_MAX / 64 ||
      a->head_dim > PTRDIFF_MAX / 64)
    return false;
  side = 2 * a->window - 1;
  l->block = ramk_attention_block(product, l->tokens);
  l->stride = ramk_round_up(l->tokens, 16);
  ramk_scratch_layout scratch = {0};
  l->rows = ramk_scratch_part(&scratch, l->tokens, a->head_dim);
  l->gathered = ramk_scratch_part(&scratch, l->tokens, a->head_dim);
  const size_t dim = ramk_packed_row(product, a->head_dim);
  const size_t tokens = ramk_packed_row(product, l->tokens);
  l->queries = ramk_scratch_part(&scratch, ramk_round_up(l->tokens, product->mr), dim);
  l->keys = ramk_scratch_part(&scratch, ramk_round_up(l->tokens, product->nr), dim);
  l->values = ramk_scratch_part(&scratch, ramk_round_up(a->head_dim, product->nr), tokens);
  l->scores = ramk_scratch_part(&scratch, l->block, l->stride);
  l->packed = ramk_scratch_part(&scratch, l->block, tokens);
  l->bias = ramk_scratch_part(&scratch, l->tokens, l->stride);
  l->table = ramk_scratch_part(&scratch, side, side);
  l->regions = ramk_scratch_part(&scratch, 1, l->tokens);
  l->portions = ramk_scratch_part(&scratch, 1, l->tokens);
  l->order = ramk_scratch_part(&scratch, 2 * l->tokens, sizeof(size_t) / sizeof(float));
  l->floats = scratch.floats;
  return !scratch.overflow;
}

// The head's part of the table with its columns backwards, so that a window row of keys is a run in it.
static void take_table(const ramk_window_attention_arguments *a, size_t head, float *table) {
  const size_t side = 2 * a->window - 1;
  for (size_t y = 0; y < side; y++)
    for (size_t x = 0; x < side; x++)
      table[y * side + x] =
        a->relative_position_bias[(y * side + side - 1 - x) * a->heads + head];
}

// Regions of the rolled map that met only by rolling: before the seam's window, before the seam,
// behind it.
static size_t region(size_t position, size_t extent, size_t window, size_t shift) {
  return shift == 0 || position < extent - window ? 0 : position < extent - shift ? 1 : 2;
}

// A window's tokens by index.
static void list_tokens(const ramk_window_attention_arguments *a, size_t index, size_t *order) {
  const size_t window = a->window, across = a->width / window, down = a->height / window;
  const size_t image = index / (across * down);
  const size_t top = index / across % down * window, left = index % across * window;
  for (size_t row = 0; row < window; row++) {
    const size_t y = (top + row + a->shift) % a->height;
    const size_t start = (image * a->height + y) * a->width;
    for (size_t column = 0; column < window; column++) {
      const size_t x = left + column + a->shift;
      *order++ = start + (x < a->width ? x : x - a->width);
    }
  }
}

// The tokens' regions. Returns whether they differ.
static bool list_regions(const ramk_window_attention_arguments *a, size_t index, float *regions) {
  const size_t window = a->window, across = a->width / window, down = a->height / window;
  const size_t top = index / across % down * window, left = index % across * window;
  bool differ = false;
  for (size_t row = 0; row < window; row++)
    for (size_t column = 0; column < window; column++) {
      const size_t i = row * window + column;
      regions[i] = (float)(3 * region(top + row, a->height, window, a->shift) +
                           region(left + column, a->width, window, a->shift));
      differ = differ || regions[i] != regions[0];
    }
  return differ;
}

// One head in one window.
typedef struct { size_t head, window; } unit;

// Asks for the queries, keys and values of some of a unit's tokens, which lie scattered over the map: they
// come while others are worked on.
static void fetch_tokens(const ramk_window_attention_arguments *a, size_t head,
                         const size_t *order, size_t first, size_t last) {
  enum { LINE = 64 };
  const size_t channels = a->heads * a->head_dim;
  const size_t bytes = a->qkv ? sizeof(float) : sizeof(uint16_t);
  const char *qkv = a->qkv ? (const char *)a->qkv : (const char *)a->rounded_qkv;
  for (size_t i = first; i < last; i++) {
    const char *token = qkv + (order[i] * a->qkv_stride + head * a->head_dim) * bytes;
    for (size_t part = 0; part < 3; part++, token += channels * bytes)
      for (size_t x = 0; x < a->head_dim * bytes; x += LINE) __builtin_prefetch(token + x, 0, 2);
  }
}

// Rows of a unit: its queries, keys or values, as floats.
static void gather(const window_plan *plan, size_t part, size_t head, const size_t *order,
                   float scale, float *to) {
  const ramk_window_attention_arguments *a = plan->arguments;
  const size_t place = (part * a->heads + head) * a->head_dim;
  if (a->qkv)
    plan->kernel->gather(plan->layout.tokens, a->head_dim, order, a->qkv + place, a->qkv_stride,
                         scale, to);
  else
    plan->kernel->gather_rounded(plan->layout.tokens, a->head_dim, order, a->rounded_qkv + place,
                                 a->qkv_stride, scale, to);
}

// Packs a unit's queries, keys and values.
static ramk_gemm_rows pack_unit(const window_plan *plan, size_t head, const size_t *order,
                                float *scratch) {
  const ramk_window_attention_arguments *a = plan->arguments;
  const window_layout *l = &plan->layout;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const size_t tokens = l->tokens, dim = a->head_dim, channels = a->heads * dim;
  float *rows = scratch + l->rows;
  if (plan->packs_rounded) {
    const uint16_t *q = a->rounded_qkv + head * dim;
    plan->kernel->pack_rounded(tokens, dim, order, q, q + channels, q + 2 * channels,
                               a->qkv_stride, scratch + l->queries, scratch + l->keys,
                               scratch + l->values);
    return (ramk_gemm_rows){.is_packed = true, .packed = scratch + l->queries};
  }
  gather(plan, 1, head, order, 1, rows);
  product->pack_panels(tokens, dim, rows, dim, scratch + l->keys);
  gather(plan, 2, head, order, 1, rows);
  product->pack_transposed(dim, tokens, rows, dim, scratch + l->values);
  gather(plan, 0, head, order, a->scale, scratch + l->gathered);
  return ramk_attention_rows(product, tokens, dim, scratch + l->gathered, dim,
                             scratch + l->queries);
}

// `next` is what this worker attends to next, or NULL.
static void attend(const window_plan *plan, unit at, const unit *next, float *scratch) {
  const ramk_window_attention_arguments *a = plan->arguments;
  const window_layout *l = &plan->layout;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const size_t tokens = l->tokens, dim = a->head_dim;
  size_t *order = (size_t *)(scratch + l->order), *next_order = order + tokens;
  float *rows = scratch + l->rows, *regions = scratch + l->regions;
  float *scores = scratch + l->scores, *portions = scratch + l->portions;
  const bool masked = list_regions(a, at.window, regions);
  list_tokens(a, at.window, order);
  if (next) list_tokens(a, next->window, next_order);

  const ramk_gemm_rows queries = pack_unit(plan, at.head, order, scratch);
  const ramk_attention_head one = {tokens, dim, scratch + l->keys, scratch + l->values};
  for (size_t i = 0; i < tokens; i += l->block) {
    const size_t count = ramk_minimum(l->block, tokens - i);
    if (next) fetch_tokens(a, next->head, next_order, i, i + count);
    ramk_attention_scores(product, &one, count, &queries, i, scratch + l->bias + i * l->stride,
                          l->stride, scores, l->stride);
    if (masked)
      plan->kernel->mask(count, tokens, regions + i, regions, -100 / plan->scale, scores, l->stride);
    ramk_attention_weights(plan->kernel->softmax, plan->kernel->is_narrow, count, tokens, plan->scale,
                           scores, l->stride, portions + i);
    ramk_attention_outputs(product, &one, count, scores, l->stride, scratch + l->packed,
                           rows + i * dim, dim);
  }
  plan->kernel->scatter(tokens, dim, order, rows, portions, a->out + at.head * dim, a->out_stride);
}

// A head's windows of a group; the next task is most often the next head's.
static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const window_plan *plan = user;
  const ramk_window_attention_arguments *a = plan->arguments;
  const window_layout *l = &plan->layout;
  float *scratch = ramk_scratch(plan->workspace, l->floats, worker);
  const size_t head = index % a->heads, first = index / a->heads * plan->windows_of_task;
  const size_t last = ramk_minimum(first + plan->windows_of_task, plan->windows);
  take_table(a, head, scratch + l->table);
  plan->kernel->expand_bias(a->window, scratch + l->table, 1 / plan->scale, scratch + l->bias,
                            l->stride);
  for (size_t window = first; window < last; window++) {
    const bool is_last = window + 1 == last;
    const unit next = {head + is_last, is_last ? first : window + 1};
    attend(plan, (unit){head, window}, next.head < a->heads ? &next : NULL, scratch);
  }
}

size_t ramk_window_attention_workspace_size(const ramk_context *context, ramk_precision precision,
                                            const ramk_window_attention_arguments *arguments) {
  const ramk_window_attention_kernel *kernel =
    RAMK_KERNEL_OF(context, precision, window_attention);
  window_layout layout;
  if (!kernel || !arguments || arguments->window == 0 ||
      !lay_out(kernel->product, arguments, &layout))
    return 0;
  return ramk_scratch_bytes(context->threads, layout.floats);
}

static ramk_status check(const ramk_window_attention_arguments *a) {
  size_t tokens, channels, side;
  if (a->window == 0 || a->shift >= a->window) return RAMK_INVALID_ARGUMENT;
  if (a->height % a->window != 0 || a->width % a->window != 0) return RAMK_INVALID_ARGUMENT;
  if (!ramk_multiply(a->height, a->width, &tokens) || !ramk_multiply(tokens, a->batch, &tokens) ||
      !ramk_multiply(a->heads, a->head_dim, &channels) || channels > PTRDIFF_MAX / 16)
    return RAMK_SIZE_OVERFLOW;
  if (a->qkv && a->rounded_qkv) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_check_matrix(a->rounded_qkv ? (const void *)a->rounded_qkv : a->qkv, tokens,
                             3 * channels, a->qkv_stride));
  RAMK_TRY(ramk_check_matrix(a->out, tokens, channels, a->out_stride));
  if (tokens == 0 || channels == 0) return RAMK_OK;
  side = 2 * a->window - 1;  // the window is no larger than a map that fits memory
  return ramk_check_matrix(a->relative_position_bias, side * side, a->heads, a->heads);
}

ramk_status ramk_window_attention(const ramk_context *context, ramk_precision precision,
                                  const ramk_window_attention_arguments *arguments,
                                  void *workspace, size_t workspace_bytes) {
  window_plan plan = {.kernel = RAMK_KERNEL_OF(context, precision, window_attention),
                      .arguments = arguments, .workspace = workspace};
  if (!plan.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  if (!arguments) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(check(arguments));
  const ramk_window_attention_arguments *a = arguments;
  if (a->batch == 0 || a->height == 0 || a->width == 0 || a->heads == 0 || a->head_dim == 0)
    return RAMK_OK;
  const size_t needed = ramk_window_attention_workspace_size(context, precision, arguments);
  if (needed == 0) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < needed) return RAMK_WORKSPACE_TOO_SMALL;
  lay_out(plan.kernel->product, arguments, &plan.layout);

  // Bias and mask are added before the scale, then: what it is divided by may be no denormal.
  plan.packs_rounded = a->rounded_qkv && plan.kernel->pack_rounded && fabsf(a->scale) >= 0x1p-60f;
  plan.scale = plan.packs_rounded ? a->scale : 1;
  // A task expands its head's bias once: the more windows a task, the less that costs; the fewer,
  // the less threads wait for the last one. Windows lie one below the other, so that a thread's are
  // made of the rows that were its own in the product before.
  plan.windows = a->batch * (a->height / a->window) * (a->width / a->window);
  const size_t threads = context->threads;
  plan.groups = ramk_round_up(ramk_divide_up(8 * threads, a->heads), threads);
  plan.groups = ramk_minimum(plan.groups, plan.windows);
  plan.windows_of_task = ramk_divide_up(plan.windows, plan.groups);
  plan.groups = ramk_divide_up(plan.windows, plan.windows_of_task);
  ramk_parallel_for(context, plan.groups * a->heads, run_task, &plan);
  return RAMK_OK;
}
