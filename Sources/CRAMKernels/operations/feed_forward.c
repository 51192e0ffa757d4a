// A feed-forward network, after which nothing of its hidden layer is left:
//
//   for each task, a block of rows:
//     pack the rows of x, where that is of use                   (stay in L2)
//     for each chunk of the hidden layer:
//       its columns of the first product, activated; packed      (stays in L2)
//       added to the second product as one of its chunks of k    (rows of out stay in L2)
//     LayerNorm of the rows
//
// The hidden layer of 4,585 labels is 56 MB, which two products would write and read again. The
// chunks are those of the product (gemm.c), so that the numbers are too, bit for bit: where there are
// fewer blocks of rows than threads, the products run one after the other.

#include "operations/checks.h"
#include "operations/gemm_block.h"
#include "operations/kernels.h"
#include "operations/row_blocks.h"
#include "operations/scratch.h"
#include "threads/threads.h"

enum {
  PACKED_BYTES = 512 << 10,       // of a block's rows: half of a common L2
  // Of a block, at least. Each block reads all weights: from L2 where they fit. Large ones are read as
  // often as it takes to give each thread a block, which is better than two products.
  FEWEST_STRIPS = 4, FEWEST_STRIPS_OF_LARGE = 12, LARGE_BYTES = 1 << 20,
};

typedef struct {
  const ramk_feed_forward_arguments *arguments;
  ramk_gemm_layer up, down;
  const ramk_layer_norm_kernel *norm;
  ramk_row_blocks blocks;
  size_t x, hidden, packed;       // places in a worker's scratch memory
  size_t worker_floats;
  void *workspace;
} feed_forward_plan;

// Whether outputs of the first product can be written as strips of the second's.
static bool makes_strips(const ramk_gemm_kernel *kernel, size_t depth) {
  return kernel->strips_are_bfloat16 && kernel->nr == kernel->strip_unit && depth % kernel->nr == 0;
}

// `depth` columns of the hidden layer from `h` on, activated, as the second product reads them.
static ramk_gemm_rows hidden_rows(const feed_forward_plan *plan, size_t rows, size_t h,
                                  size_t depth, ramk_gemm_rows x, float *scratch) {
  const ramk_gemm_kernel *kernel = plan->up.kernel;
  void *packed = scratch + plan->packed;
  const bool direct = makes_strips(kernel, depth);
  ramk_gemm_block chunk = {
    .rows = rows, .first = h, .columns = depth,
    .out = scratch + plan->hidden, .out_stride = direct ? kernel->nr : kernel->kc,
    .after = ramk_layer_panel(&plan->down, 0, h),
  };
  if (direct)
    chunk.rounded = (ramk_rounded_outputs){
      .round = kernel->round, .start = packed,
      .strip = ramk_strip_bytes(kernel, depth) / sizeof(uint16_t),
      .panel = kernel->mr * kernel->strip_unit, .row = kernel->strip_unit,
    };
  ramk_gemm_run(&plan->up, &chunk, 0, plan->up.weights->k, x);
  if (direct) return (ramk_gemm_rows){.is_packed = true, .packed = packed};
  return ramk_take_rows(kernel, rows, depth, chunk.out, chunk.out_stride, packed);
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const feed_forward_plan *plan = user;
  const ramk_feed_forward_arguments *a = plan->arguments;
  const ramk_gemm_kernel *kernel = plan->up.kernel;
  const size_t hidden = plan->up.weights->n, n = plan->down.weights->n;
  const size_t i = ramk_block_start(&plan->blocks, index);
  const size_t rows = ramk_block_start(&plan->blocks, index + 1) - i;
  float *scratch = ramk_scratch(plan->workspace, plan->worker_floats, worker);
  ramk_gemm_block output = {
    .rows = rows,
    .columns = n,
    .residual = ramk_behind(a->residual, i * a->residual_stride),
    .residual_stride = a->residual_stride,
    .out = a->out + i * a->out_stride,
    .out_stride = a->out_stride,
  };
  // The first chunk of the hidden layer sets rows of `out`, which may be those of x.
  const ramk_gemm_rows x =
    (a->x == a->out ? ramk_pack_rows : ramk_take_rows)(
      kernel, rows, plan->up.weights->k, ramk_behind(a->x, i * a->x_stride), a->x_stride,
      scratch + plan->x);
  size_t h = 0;
  do {  // once where there is no hidden layer: bias and residual are due all the same
    const size_t depth = ramk_minimum(kernel->kc, hidden - h);
    output.after = ramk_layer_panel(&plan->up, h + depth < hidden ? h + depth : 0, 0);
    ramk_gemm_run(&plan->down, &output, h, depth, hidden_rows(plan, rows, h, depth, x, scratch));
    h += depth;
  } while (h < hidden);
  if (a->gain)
    plan->norm->rows(rows, n, output.out, output.out_stride, a->gain, a->norm_bias, a->epsilon,
                     output.out, output.out_stride);
}

static size_t weight_bytes(const ramk_gemm_layer *layer) {
  return layer->weights->n * layer->weights->k * layer->kernel->panel_bytes;
}

// Cuts the rows into blocks; false where there are too few for the threads.
static bool choose_blocks(feed_forward_plan *plan, unsigned threads) {
  const ramk_gemm_kernel *kernel = plan->up.kernel;
  const bool is_large = weight_bytes(&plan->up) + weight_bytes(&plan->down) > LARGE_BYTES;
  const size_t most_strips = kernel->mc / kernel->mr;
  const size_t fewest =
    is_large ? ramk_minimum(FEWEST_STRIPS_OF_LARGE, most_strips) : FEWEST_STRIPS;
  const size_t strip = ramk_packed_rows_floats(kernel, kernel->mr, plan->up.weights->k);
  const size_t fit = PACKED_BYTES / sizeof(float) / (strip > 0 ? strip : 1);
  size_t most = ramk_minimum(most_strips, fit);
  if (most < fewest) most = fewest;
  plan->blocks = ramk_cut_rows(plan->arguments->m, kernel->mr, most, fewest, threads);
  size_t *count = &plan->blocks.count;
  if (*count < threads) *count = ramk_minimum(threads, plan->blocks.strips / FEWEST_STRIPS);
  if (*count < threads) return false;
  *count = ramk_round_up(*count, threads);
  return true;
}

static bool lay_out(feed_forward_plan *plan) {
  const ramk_gemm_kernel *kernel = plan->up.kernel;
  const size_t rows = ramk_largest_block(&plan->blocks);
  const size_t k = plan->up.weights->k;
  if (k > PTRDIFF_MAX / 64 / rows) return false;
  ramk_scratch_layout layout = {0};
  plan->x = ramk_scratch_part(&layout, 1, ramk_packed_rows_floats(kernel, rows, k));
  plan->hidden = ramk_scratch_part(&layout, rows, kernel->kc);
  plan->packed = ramk_scratch_part(&layout, 1, ramk_packed_rows_floats(kernel, rows, kernel->kc));
  plan->worker_floats = layout.floats;
  return !layout.overflow;
}

// The two products, one after the other, with the whole hidden layer in memory.
static size_t apart_bytes(const ramk_context *context, ramk_precision precision,
                          const feed_forward_plan *plan, size_t *hidden_bytes) {
  const size_t m = plan->arguments->m, hidden = plan->up.weights->n;
  size_t floats, bytes;
  if (!ramk_multiply(m, hidden, &floats)) return 0;
  *hidden_bytes = ramk_scratch_bytes(1, floats);
  const size_t up = ramk_gemm_workspace_size(context, precision, m, hidden, plan->up.weights->k);
  const size_t down = ramk_gemm_workspace_size(context, precision, m, plan->down.weights->n, hidden);
  return *hidden_bytes > 0 && ramk_add(*hidden_bytes, up > down ? up : down, &bytes) ? bytes : 0;
}

static ramk_status run_apart(const ramk_context *context, ramk_precision precision,
                             const feed_forward_plan *plan) {
  const ramk_feed_forward_arguments *a = plan->arguments;
  const size_t hidden = plan->up.weights->n, n = plan->down.weights->n;
  size_t hidden_bytes;
  const size_t bytes = apart_bytes(context, precision, plan, &hidden_bytes);
  float *states = ramk_scratch(plan->workspace, a->m * hidden, 0);
  // Rounded here or as the second product's rows: that gives the same numbers.
  const bool rounds = plan->down.kernel->pack_rounded_strip && ramk_rounding(context);
  uint16_t *rounded = (uint16_t *)states;
  void *rest = (char *)plan->workspace + hidden_bytes;
  const ramk_gemm_arguments up = {
    .m = a->m, .a = a->x, .a_stride = a->x_stride, .weights = a->up, .bias = a->up_bias,
    .activation = a->activation, .out = rounds ? NULL : states,
    .rounded_out = rounds ? rounded : NULL, .out_stride = hidden,
  };
  const ramk_gemm_arguments down = {
    .m = a->m, .a = rounds ? NULL : states, .rounded_a = rounds ? rounded : NULL,
    .a_stride = hidden, .weights = a->down, .bias = a->down_bias,
    .residual = a->residual, .residual_stride = a->residual_stride, .out = a->out,
    .out_stride = a->out_stride,
  };
  RAMK_TRY(ramk_gemm(context, precision, &up, rest, bytes - hidden_bytes));
  RAMK_TRY(ramk_gemm(context, precision, &down, rest, bytes - hidden_bytes));
  if (!a->gain) return RAMK_OK;
  return ramk_layer_norm(context, a->m, n, a->out, a->out_stride, a->gain, a->norm_bias,
                         a->epsilon, a->out, a->out_stride);
}

static ramk_status plan_for(const ramk_context *context, ramk_precision precision,
                            const ramk_feed_forward_arguments *a, feed_forward_plan *plan) {
  const ramk_prepared_matrix *up, *down;
  if (!a || (unsigned)a->activation > RAMK_ACTIVATION_GELU || !a->gain != !a->norm_bias)
    return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, a->up, &up));
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, a->down, &down));
  if (down->k != up->n) return RAMK_INVALID_ARGUMENT;
  const ramk_gemm_kernel *kernel = RAMK_KERNEL_OF(context, precision, gemm);
  *plan = (feed_forward_plan){
    .arguments = a,
    .up = {kernel, up, a->up_bias, a->activation},
    .down = {kernel, down, a->down_bias, RAMK_ACTIVATION_NONE},
    .norm = RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm),
  };
  return plan->norm ? RAMK_OK : RAMK_IMPLEMENTATION_UNAVAILABLE;
}

// Whether `in` may be read and `out` written: apart, or as one matrix of one stride.
static ramk_status check_input(const float *in, size_t columns, size_t stride,
                               const ramk_feed_forward_arguments *a) {
  RAMK_TRY(ramk_check_matrix(in, a->m, columns, stride));
  return in && in == a->out && a->m > 1 && stride != a->out_stride ? RAMK_INVALID_ARGUMENT : RAMK_OK;
}

static ramk_status check(const feed_forward_plan *plan) {
  const ramk_feed_forward_arguments *a = plan->arguments;
  const size_t n = plan->down.weights->n;
  RAMK_TRY(ramk_check_matrix(a->out, a->m, n, a->out_stride));
  RAMK_TRY(check_input(a->x, plan->up.weights->k, a->x_stride, a));
  return a->residual ? check_input(a->residual, n, a->residual_stride, a) : RAMK_OK;
}

size_t ramk_feed_forward_workspace_size(const ramk_context *context, ramk_precision precision,
                                        const ramk_feed_forward_arguments *arguments) {
  feed_forward_plan plan;
  size_t hidden_bytes;
  if (plan_for(context, precision, arguments, &plan) != RAMK_OK) return 0;
  if (arguments->m == 0 || plan.down.weights->n == 0) return 0;
  if (!choose_blocks(&plan, context->threads))
    return apart_bytes(context, precision, &plan, &hidden_bytes);
  return lay_out(&plan) ? ramk_scratch_bytes(context->threads, plan.worker_floats) : 0;
}

ramk_status ramk_feed_forward(const ramk_context *context, ramk_precision precision,
                              const ramk_feed_forward_arguments *arguments, void *workspace,
                              size_t workspace_bytes) {
  feed_forward_plan plan;
  RAMK_TRY(plan_for(context, precision, arguments, &plan));
  RAMK_TRY(check(&plan));
  if (arguments->m == 0 || plan.down.weights->n == 0) return RAMK_OK;
  const size_t needed = ramk_feed_forward_workspace_size(context, precision, arguments);
  if (needed == 0) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < needed) return RAMK_WORKSPACE_TOO_SMALL;
  plan.workspace = workspace;
  if (!choose_blocks(&plan, context->threads)) return run_apart(context, precision, &plan);
  lay_out(&plan);
  ramk_parallel_for(context, plan.blocks.count, run_task, &plan);
  return RAMK_OK;
}
