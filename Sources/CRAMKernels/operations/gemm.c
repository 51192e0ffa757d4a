// out = activation(a · weightsᵀ + bias + residual), after Goto and van de Geijn, "Anatomy of
// High-Performance Matrix Multiplication" (2008):
//
//   pack the rows of a in strips of mr rows, where the kernel does not read them as well unpacked and
//     more than one task would pack the same                     (stay in L3)
//   for each task, a block of rows x a block of columns:
//     for each chunk of k:
//       pack the rows' chunk, where that is still to be done     (stays in L2)
//       for each panel of nr columns of prepared weights         (its chunk stays in L1)
//         for each strip: one tile                               (in registers)
//           after the last chunk: the tile's activation          (its outputs are still in L1)
//     LayerNorm of the rows, where one follows; a block then has all columns
//
// A chunk is summed in registers from zero and then added to `out`, which the first chunk sets to
// its sum + bias + residual. Chunks follow from k alone, so an output's rounding depends neither on
// threads nor on blocks. Each task reads a residual just before it writes there: they may be one.

#include "operations/checks.h"
#include "operations/gemm_block.h"
#include "operations/kernels.h"
#include "operations/scratch.h"
#include "threads/threads.h"

typedef struct {
  const ramk_gemm_arguments *arguments;
  ramk_gemm_layer layer;
  const ramk_layer_norm_kernel *norm;  // NULL for none
  size_t rows, columns;           // of a task; whole strips and panels
  size_t row_blocks, column_blocks;
  bool packs_ahead;
  void *workspace;                // of all rows, if packed ahead, or of each worker's chunk
} gemm_plan;

enum { PACKED_STRIPS = 4 };       // of a task that packs ahead

// What a chunk of a task's packed rows takes.
static size_t chunk_floats(const ramk_gemm_kernel *kernel) {
  return ramk_packed_rows_floats(kernel, kernel->mc, kernel->kc);
}

// Where rows from `first` on, whole blocks, are packed.
static void *packed_ahead(const gemm_plan *plan, size_t first) {
  return ramk_scratch(plan->workspace, 0, 0) +
         ramk_packed_rows_floats(plan->layer.kernel, first, plan->layer.weights->k);
}

static void pack_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const gemm_plan *plan = user;
  const ramk_gemm_kernel *kernel = plan->layer.kernel;
  const ramk_gemm_arguments *a = plan->arguments;
  const size_t last = ramk_minimum((index + 1) * PACKED_STRIPS * kernel->mr, a->m);
  for (size_t row = index * PACKED_STRIPS * kernel->mr; row < last; row += kernel->mr) {
    const size_t block = row - row % plan->rows;
    ramk_pack_some_rows(kernel, ramk_minimum(plan->rows, a->m - block), plan->layer.weights->k,
                        row - block, ramk_minimum(kernel->mr, last - row),
                        a->a + block * a->a_stride, a->a_stride, packed_ahead(plan, block));
  }
}

// A block from rows that are packed chunk by chunk, or not at all.
static void run_chunks(const gemm_plan *plan, const ramk_gemm_block *block, const float *a,
                       void *packed) {
  const ramk_gemm_kernel *kernel = plan->layer.kernel;
  const size_t k = plan->layer.weights->k, stride = plan->arguments->a_stride;
  size_t k0 = 0;
  do {  // once where k is 0: bias, residual and activation are due all the same
    const size_t depth = ramk_minimum(kernel->kc, k - k0);
    const ramk_gemm_rows rows =
      ramk_take_rows(kernel, block->rows, depth, ramk_behind(a, k0), stride, packed);
    ramk_gemm_chunk(&plan->layer, block, k0, depth, rows);
    k0 += depth;
  } while (k0 < k);
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const gemm_plan *plan = user;
  const ramk_gemm_kernel *kernel = plan->layer.kernel;
  const ramk_gemm_arguments *arguments = plan->arguments;
  const size_t i = index / plan->column_blocks * plan->rows;
  const size_t first = index % plan->column_blocks * plan->columns;
  const ramk_gemm_block block = {
    .rows = ramk_minimum(plan->rows, arguments->m - i),
    .first = first,
    .columns = ramk_minimum(plan->columns, plan->layer.weights->n - first),
    .residual = ramk_behind(arguments->residual, i * arguments->residual_stride + first),
    .residual_stride = arguments->residual_stride,
    .out = arguments->out + i * arguments->out_stride + first,
    .out_stride = arguments->out_stride,
  };
  if (plan->packs_ahead)
    ramk_gemm_run(&plan->layer, &block,
                  (ramk_gemm_rows){.is_packed = true, .packed = packed_ahead(plan, i)});
  else
    run_chunks(plan, &block, ramk_behind(arguments->a, i * arguments->a_stride),
               ramk_scratch(plan->workspace, chunk_floats(kernel), worker));
  if (plan->norm)
    plan->norm->rows(block.rows, block.columns, block.out, block.out_stride, arguments->gain,
                     arguments->norm_bias, arguments->epsilon, block.out, block.out_stride);
}

// Blocks as large as the caches like them, made smaller where threads would wait for the last one.
static void choose_blocks(gemm_plan *plan, const ramk_gemm_kernel *kernel, size_t m, size_t n,
                          bool cuts_columns, unsigned threads) {
  const size_t strips = ramk_divide_up(m, kernel->mr);
  const size_t panels = ramk_divide_up(n, kernel->nr);
  size_t most_strips = kernel->mc / kernel->mr;
  size_t most_panels = cuts_columns ? kernel->nc / kernel->nr : panels;
  for (;;) {
    plan->row_blocks = ramk_divide_up(strips, most_strips);
    plan->column_blocks = ramk_divide_up(panels, most_panels);
    if (threads == 1 || plan->row_blocks * plan->column_blocks >= 6 * (size_t)threads) break;
    // Narrower blocks read the same rows more often; lower ones read the same weights more often, and
    // so do few rows all in all.
    const size_t widest = plan->row_blocks == 1 ? 3 : 12;
    if (cuts_columns && most_panels > widest) most_panels /= 2;
    else if (most_strips > 4) most_strips /= 2;
    else if (cuts_columns && most_panels > 3) most_panels /= 2;
    else if (most_strips > 1) most_strips /= 2;
    else break;
  }
  plan->rows = ramk_divide_up(strips, plan->row_blocks) * kernel->mr;
  plan->columns = ramk_divide_up(panels, plan->column_blocks) * kernel->nr;
  plan->row_blocks = ramk_divide_up(m, plan->rows);
  plan->column_blocks = ramk_divide_up(n, plan->columns);
  plan->packs_ahead = !kernel->tile_unpacked && plan->column_blocks > 1;
}

size_t ramk_gemm_workspace_size(const ramk_context *context, ramk_precision precision, size_t m,
                                size_t n, size_t k) {
  const ramk_gemm_kernel *kernel = RAMK_KERNEL_OF(context, precision, gemm);
  if (!kernel || m == 0 || n == 0 || k == 0) return 0;
  gemm_plan plan;
  choose_blocks(&plan, kernel, m, n, true, context->threads);
  const size_t each = ramk_scratch_bytes(context->threads, chunk_floats(kernel));
  if (!plan.packs_ahead) return each;
  // A LayerNorm, of which nothing is said here, keeps columns together: then each task packs.
  if (k > PTRDIFF_MAX / 64 / m) return 0;
  const size_t all = ramk_scratch_bytes(1, ramk_packed_rows_floats(kernel, m, k));
  return all > each ? all : each;
}

ramk_status ramk_gemm(const ramk_context *context, ramk_precision precision,
                      const ramk_gemm_arguments *arguments, void *workspace,
                      size_t workspace_bytes) {
  const ramk_prepared_matrix *weights;
  if (!arguments || (unsigned)arguments->activation > RAMK_ACTIVATION_GELU ||
      !arguments->gain != !arguments->norm_bias)
    return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, arguments->weights, &weights));
  const size_t m = arguments->m, n = weights->n, k = weights->k;
  RAMK_TRY(ramk_check_matrix(arguments->a, m, k, arguments->a_stride));
  RAMK_TRY(ramk_check_matrix(arguments->out, m, n, arguments->out_stride));
  if (arguments->residual) {
    RAMK_TRY(ramk_check_matrix(arguments->residual, m, n, arguments->residual_stride));
    if (arguments->residual == arguments->out && m > 1 &&
        arguments->residual_stride != arguments->out_stride)
      return RAMK_INVALID_ARGUMENT;
  }
  if (m == 0 || n == 0) return RAMK_OK;
  const size_t needed = ramk_gemm_workspace_size(context, precision, m, n, k);
  if (needed == 0 && k > 0) return RAMK_SIZE_OVERFLOW;
  if (needed > 0 && (!workspace || workspace_bytes < needed)) return RAMK_WORKSPACE_TOO_SMALL;

  gemm_plan plan = {
    .arguments = arguments,
    .layer = {RAMK_KERNEL_OF(context, precision, gemm), weights, arguments->bias,
              arguments->activation},
    .norm = arguments->gain ? RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm) : NULL,
    .workspace = workspace,
  };
  if (arguments->gain && !plan.norm) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  choose_blocks(&plan, plan.layer.kernel, m, n, !plan.norm, context->threads);
  plan.packs_ahead = plan.packs_ahead && k > 0;
  if (plan.packs_ahead)
    ramk_parallel_for(context, ramk_divide_up(m, PACKED_STRIPS * plan.layer.kernel->mr), pack_task,
                      &plan);
  ramk_parallel_for(context, plan.row_blocks * plan.column_blocks, run_task, &plan);
  return RAMK_OK;
}
