// (Shifted) window attention of Swin (Liu et al., "Swin Transformer", 2021), on tokens that stay
// where they are:
//
//   for each task, some pieces x a head:
//     for each piece:
//       expand the head's relative position bias to [tokens, tokens], if no piece so wide had it done
//       gather its keys, values and scaled queries by index, packed as products read them
//       for each block of queries that leaves its scores in L1:
//         fetch a part of what comes next
//         scores = queries · keysᵀ + bias
//         softmax; outputs = probabilities · values
//       scatter the outputs to their tokens' places
//
// A kernel may do what is done for a block at once, and put its outputs in their places.
//
// Rolling the map by -shift is an index: the token at (row, column) of the rolled map is the one at
// (row + shift, column + shift), modulo the sides. A window that straddles the seam holds tokens that
// met only by rolling and have to ignore each other: it is cut there, into pieces that are attended to one
// by one. (The official code subtracts 100 from their scores, which leaves e^-100 of a weight.)

#include "operations/attention.h"
#include "operations/kernels.h"
#include "operations/scratch.h"
#include "threads/threads.h"

#include <math.h>

// How wide a piece may be: as a window, or as what lies before or behind the seam of one.
enum { WHOLE, BEFORE, BEHIND, WIDTHS };

// Places in a worker's scratch memory, and sizes that follow from the arguments.
typedef struct {
  size_t tokens, block, stride;   // of a window; queries a block; of a row of scores
  size_t rows, gathered, queries, keys, values, scores, packed, table, portions;
  size_t bias[WIDTHS], orders[2];
  size_t floats;
} window_layout;

typedef struct {
  const ramk_window_attention_kernel *kernel;
  const ramk_window_attention_arguments *arguments;
  window_layout layout;
  size_t pieces, pieces_of_task, groups;
  bool packs_rounded;
  float scale;                    // of scores in the softmax, where queries are packed without theirs
  void *workspace;
} window_plan;

static size_t width_of(const ramk_window_attention_arguments *a, int kind) {
  return kind == WHOLE ? a->window : kind == BEFORE ? a->window - a->shift : a->shift;
}

// Of a row of the bias for pieces of some width.
static size_t bias_stride(const ramk_window_attention_arguments *a, int kind) {
  return ramk_round_up(a->window * width_of(a, kind), 16);
}

static bool lay_out(const ramk_gemm_kernel *product, const ramk_window_attention_arguments *a,
                    window_layout *l) {
  size_t side;
  if (!ramk_multiply(a->window, a->window, &l->tokens) || l->tokens > PTRDIFF_MAX / 64 ||
      a->head_dim > PTRDIFF_MAX / 64)
    return false;
  side = 2 * a->window - 1;
  l->block = ramk_attention_block(product, l->tokens);
  l->stride = ramk_round_up(l->tokens, product->nr);
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
  for (int kind = 0; kind < WIDTHS; kind++)
    l->bias[kind] =
      ramk_scratch_part(&scratch, a->window * width_of(a, kind), bias_stride(a, kind));
  l->table = ramk_scratch_part(&scratch, side, side);
  l->portions = ramk_scratch_part(&scratch, 1, l->tokens);
  for (int i = 0; i < 2; i++)
    l->orders[i] = ramk_scratch_part(&scratch, l->tokens, sizeof(size_t) / sizeof(float));
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

// A side of the map, or of the rolled one: whole windows, and what the seam leaves of the last.
static size_t spans(size_t extent, size_t window, size_t shift) {
  return extent / window + (shift > 0);
}

typedef struct { size_t start, length; int kind; } span;

static span span_at(size_t index, size_t extent, size_t window, size_t shift) {
  if (shift == 0 || index + 1 < extent / window) return (span){index * window, window, WHOLE};
  if (index * window < extent) return (span){index * window, window - shift, BEFORE};
  return (span){extent - shift, shift, BEHIND};
}

// A window of the rolled map, or what a seam leaves of it.
typedef struct { size_t image; span down, across; } piece;

static piece piece_at(const ramk_window_attention_arguments *a, size_t index) {
  const size_t across = spans(a->width, a->window, a->shift);
  const size_t down = spans(a->height, a->window, a->shift);
  return (piece){
    index / (across * down),
    span_at(index / across % down, a->height, a->window, a->shift),
    span_at(index % across, a->width, a->window, a->shift),
  };
}

// A piece's tokens by index.
static void list_tokens(const ramk_window_attention_arguments *a, piece p, size_t *order) {
  for (size_t row = 0; row < p.down.length; row++) {
    const size_t y = p.down.start + row + a->shift;
    const size_t start = (p.image * a->height + (y < a->height ? y : y - a->height)) * a->width;
    for (size_t column = 0; column < p.across.length; column++) {
      const size_t x = p.across.start + column + a->shift;
      *order++ = start + (x < a->width ? x : x - a->width);
    }
  }
}

// One head in one piece.
typedef struct {
  size_t head, tokens;
  int kind;                       // how wide the piece is
  const size_t *order;            // of the tokens
} unit;

static unit unit_at(const window_plan *plan, size_t head, size_t index, size_t *order) {
  const piece p = piece_at(plan->arguments, index);
  list_tokens(plan->arguments, p, order);
  return (unit){head, p.down.length * p.across.length, p.across.kind, order};
}

// Asks for the queries, keys and values of a share of a unit's tokens, which lie scattered over the map:
// they come while others are worked on.
static void fetch_tokens(const ramk_window_attention_arguments *a, const unit *u, size_t first,
                         size_t last, size_t whole) {
  enum { LINE = 64 };
  const size_t channels = a->heads * a->head_dim;
  const size_t bytes = a->qkv ? sizeof(float) : sizeof(uint16_t);
  const char *qkv = a->qkv ? (const char *)a->qkv : (const char *)a->rounded_qkv;
  for (size_t i = first * u->tokens / whole; i < last * u->tokens / whole; i++) {
    const char *token = qkv + (u->order[i] * a->qkv_stride + u->head * a->head_dim) * bytes;
    for (size_t part = 0; part < 3; part++, token += channels * bytes)
      for (size_t x = 0; x < a->head_dim * bytes; x += LINE) __builtin_prefetch(token + x, 0, 2);
  }
}

// Rows of a unit: its queries, keys or values, as floats.
static void gather(const window_plan *plan, size_t part, const unit *u, float scale, float *to) {
  const ramk_window_attention_arguments *a = plan->arguments;
  const size_t place = (part * a->heads + u->head) * a->head_dim;
  if (a->qkv)
    plan->kernel->gather(u->tokens, a->head_dim, u->order, a->qkv + place, a->qkv_stride, scale, to);
  else
    plan->kernel->gather_rounded(u->tokens, a->head_dim, u->order, a->rounded_qkv + place,
                                 a->qkv_stride, scale, to);
}

// Packs a unit's queries, keys and values.
static ramk_gemm_rows pack_unit(const window_plan *plan, const unit *u, float *scratch) {
  const ramk_window_attention_arguments *a = plan->arguments;
  const window_layout *l = &plan->layout;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const size_t tokens = u->tokens, dim = a->head_dim, channels = a->heads * dim;
  float *rows = scratch + l->rows;
  if (plan->packs_rounded) {
    const uint16_t *q = a->rounded_qkv + u->head * dim;
    plan->kernel->pack_rounded(tokens, dim, u->order, q, q + channels, q + 2 * channels,
                               a->qkv_stride, scratch + l->queries, scratch + l->keys,
                               scratch + l->values);
    return (ramk_gemm_rows){.is_packed = true, .packed = scratch + l->queries};
  }
  gather(plan, 1, u, 1, rows);
  product->pack_panels(tokens, dim, rows, dim, scratch + l->keys);
  gather(plan, 2, u, 1, rows);
  product->pack_transposed(dim, tokens, rows, dim, scratch + l->values);
  gather(plan, 0, u, a->scale, scratch + l->gathered);
  return ramk_attention_rows(product, tokens, dim, scratch + l->gathered, dim,
                             scratch + l->queries);
}

// Scores, weights and outputs of a block of a unit's queries, by products and a softmax.
static void attend_apart(const window_plan *plan, const unit *u, const ramk_gemm_rows *queries,
                         size_t first, size_t count, float *scratch) {
  const window_layout *l = &plan->layout;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const size_t dim = plan->arguments->head_dim, stride = bias_stride(plan->arguments, u->kind);
  const ramk_attention_head head = {u->tokens, dim, scratch + l->keys, scratch + l->values};
  float *rows = scratch + l->rows + first * dim, *scores = scratch + l->scores;
  float *portions = scratch + l->portions + first;
  ramk_attention_scores(product, &head, count, queries, first,
                        scratch + l->bias[u->kind] + first * stride, stride, scores, l->stride);
  ramk_attention_weights(plan->kernel->softmax, plan->kernel->is_narrow, count, u->tokens,
                         plan->scale, scores, l->stride, portions);
  ramk_attention_outputs(product, &head, count, scores, l->stride, scratch + l->packed, rows, dim);
}

// The same by a kernel that does all of it at once, a strip after the other, and puts outputs in their places.
static void attend_at_once(const window_plan *plan, const unit *u, const ramk_gemm_rows *queries,
                           size_t first, size_t count, float *scratch) {
  const ramk_window_attention_arguments *a = plan->arguments;
  const window_layout *l = &plan->layout;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const size_t stride = bias_stride(a, u->kind);
  for (size_t i = first; i < first + count; i += product->mr) {
    const ramk_window_block block = {
      .rows = ramk_minimum(product->mr, first + count - i), .tokens = u->tokens, .dim = a->head_dim,
      .queries = ramk_strip(product, queries->packed, i, a->head_dim),
      .keys = scratch + l->keys, .values = scratch + l->values,
      .bias = scratch + l->bias[u->kind] + i * stride, .bias_stride = stride, .scale = plan->scale,
      .scores = scratch + l->scores, .stride = l->stride, .weights = scratch + l->packed,
      .order = u->order + i, .out = a->out + u->head * a->head_dim, .out_stride = a->out_stride,
    };
    plan->kernel->attend(&block);
  }
}

// `next` is what this worker attends to next, or NULL.
static void attend(const window_plan *plan, const unit *u, const unit *next, float *scratch) {
  const ramk_window_attention_arguments *a = plan->arguments;
  const window_layout *l = &plan->layout;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const bool at_once = plan->kernel->attend != NULL;
  const ramk_gemm_rows queries = pack_unit(plan, u, scratch);
  ramk_begin_tiles(product);
  for (size_t i = 0; i < u->tokens; i += l->block) {
    const size_t count = ramk_minimum(l->block, u->tokens - i);
    if (next) fetch_tokens(a, next, i, i + count, u->tokens);
    (at_once ? attend_at_once : attend_apart)(plan, u, &queries, i, count, scratch);
  }
  ramk_end_tiles(product);
  if (!at_once)
    plan->kernel->scatter(u->tokens, a->head_dim, u->order, scratch + l->rows,
                          scratch + l->portions, a->out + u->head * a->head_dim, a->out_stride);
}

// A head's bias for pieces of some width: those of fewer rows than a window read its first rows and
// columns.
static void expand_bias(const window_plan *plan, int kind, float *scratch) {
  const ramk_window_attention_arguments *a = plan->arguments;
  // Products add it before the scale; who attends at once, behind it.
  const float factor = plan->kernel->attend ? 1 : 1 / plan->scale;
  plan->kernel->expand_bias(a->window, width_of(a, kind), scratch + plan->layout.table, factor,
                            scratch + plan->layout.bias[kind], bias_stride(a, kind));
}

// A head's pieces of a group; the next task is most often the next head's.
static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const window_plan *plan = user;
  const ramk_window_attention_arguments *a = plan->arguments;
  const window_layout *l = &plan->layout;
  float *scratch = ramk_scratch(plan->workspace, l->floats, worker);
  const size_t head = index % a->heads, first = index / a->heads * plan->pieces_of_task;
  const size_t last = ramk_minimum(first + plan->pieces_of_task, plan->pieces);
  size_t *orders[] = {(size_t *)(scratch + l->orders[0]), (size_t *)(scratch + l->orders[1])};
  bool expanded[WIDTHS] = {false};
  take_table(a, head, scratch + l->table);
  unit now = unit_at(plan, head, first, orders[first % 2]);
  for (size_t i = first; i < last; i++) {
    const bool is_last = i + 1 == last;
    const unit next =
      unit_at(plan, head + is_last, is_last ? first : i + 1, orders[(i + 1) % 2]);
    if (!expanded[now.kind]) expand_bias(plan, now.kind, scratch);
    expanded[now.kind] = true;
    attend(plan, &now, next.head < a->heads ? &next : NULL, scratch);
    now = next;
  }
}

size_t ramk_window_attention_workspace_size(const ramk_context *context, ramk_precision precision,
                                            const ramk_window_attention_arguments *arguments) {
  const ramk_window_attention_kernel *kernel =
    RAMK_KERNEL_OF(context, precision, window_attention);
  window_layout layout;
  if (!kernel || !arguments || arguments->window == 0 || arguments->shift >= arguments->window ||
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

  // The bias may be divided by the scale, which then may be no denormal.
  plan.packs_rounded = a->rounded_qkv && plan.kernel->pack_rounded && fabsf(a->scale) >= 0x1p-60f;
  plan.scale = plan.packs_rounded ? a->scale : 1;
  // A task expands its head's bias once: the more windows a task, the less that costs; the fewer,
  // the less threads wait for the last one. Windows lie one below the other, so that a thread's are
  // made of the rows that were its own in the product before.
  plan.pieces = a->batch * spans(a->height, a->window, a->shift) * spans(a->width, a->window, a->shift);
  const size_t threads = context->threads;
  plan.groups = ramk_round_up(ramk_divide_up(8 * threads, a->heads), threads);
  plan.groups = ramk_minimum(plan.groups, plan.pieces);
  plan.pieces_of_task = ramk_divide_up(plan.pieces, plan.groups);
  plan.groups = ramk_divide_up(plan.pieces, plan.pieces_of_task);
  ramk_parallel_for(context, plan.groups * a->heads, run_task, &plan);
  return RAMK_OK;
}
