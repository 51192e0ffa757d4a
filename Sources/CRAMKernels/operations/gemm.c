// out = activation(a · weightsᵀ + bias + residual), after Goto and van de Geijn, "Anatomy of
// High-Performance Matrix Multiplication" (2008):
//
//   pack the rows of a in strips of mr rows, where the kernel does not read them as well unpacked and
//     more than one task would pack the same                     (stay in L3)
//   for each task, a block of rows x a block of columns:
//     pack its rows, where that is still to be done
//     for as many chunks of k as stay in L2 with all the rows:
//       for each panel of nr columns of prepared weights         (its outputs stay in L1)
//         for each of the chunks                                 (its part of the panel stays in L1)
//           for each strip: one tile                             (in registers)
//             after the last chunk: activation; rounding         (its outputs are still in L1)
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
  ramk_round_rows *round;
  size_t rows, columns;           // of a task; whole strips and panels
  size_t row_blocks, column_blocks;
  bool reads_in_place, packs_ahead;  // else each task packs
  size_t packed, sums, worker_floats;  // places in a worker's scratch memory
  void *ahead;                    // all rows, packed
  void *workers;
} gemm_plan;

enum { PACKED_STRIPS = 4 };       // of a task that packs ahead

// Where rows from `first` on, whole blocks, are packed.
static void *packed_ahead(const gemm_plan *plan, size_t first) {
  return ramk_scratch(plan->ahead, 0, 0) +
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
    const size_t rows = ramk_minimum(plan->rows, a->m - block), k = plan->layer.weights->k;
    const size_t count = ramk_minimum(kernel->mr, last - row), place = block * a->a_stride;
    if (a->rounded_a)
      ramk_pack_some_rounded_rows(kernel, rows, k, row - block, count, a->rounded_a + place,
                                  a->a_stride, packed_ahead(plan, block));
    else
      ramk_pack_some_rows(kernel, rows, k, row - block, count, a->a + place, a->a_stride,
                          packed_ahead(plan, block));
  }
}

static bool reads_in_place(const gemm_plan *plan) {
  const ramk_gemm_kernel *kernel = plan->layer.kernel;
  const ramk_prepared_matrix *weights = plan->layer.weights;
  const size_t stride = plan->arguments->a_stride;
  return plan->arguments->rounded_a ? ramk_reads_rounded(kernel, weights->k, stride, weights->n)
                                    : ramk_reads_unpacked(kernel, stride);
}

static ramk_gemm_rows task_rows(const gemm_plan *plan, size_t first, size_t count, float *scratch) {
  const ramk_gemm_arguments *a = plan->arguments;
  if (plan->packs_ahead)
    return (ramk_gemm_rows){.is_packed = true, .packed = packed_ahead(plan, first)};
  if (a->rounded_a)
    return ramk_take_rounded_rows(plan->layer.kernel, count, plan->layer.weights->k,
                                  plan->layer.weights->n, a->rounded_a + first * a->a_stride,
                                  a->a_stride, scratch + plan->packed);
  return ramk_take_rows(plan->layer.kernel, count, plan->layer.weights->k,
                        ramk_behind(a->a, first * a->a_stride), a->a_stride,
                        scratch + plan->packed);
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const gemm_plan *plan = user;
  const ramk_gemm_kernel *kernel = plan->layer.kernel;
  const ramk_gemm_arguments *a = plan->arguments;
  const size_t i = index / plan->column_blocks * plan->rows;
  const size_t first = index % plan->column_blocks * plan->columns;
  float *scratch = ramk_scratch(plan->workers, plan->worker_floats, worker);
  ramk_gemm_block block = {
    .rows = ramk_minimum(plan->rows, a->m - i),
    .first = first,
    .columns = ramk_minimum(plan->columns, plan->layer.weights->n - first),
    .residual = ramk_behind(a->residual, i * a->residual_stride + first),
    .residual_stride = a->residual_stride,
    .out = a->out ? a->out + i * a->out_stride + first : scratch + plan->sums,
    .out_stride = a->out ? a->out_stride : kernel->nr,
    .after = ramk_layer_panel(&plan->layer, (index + 1) % plan->column_blocks * plan->columns, 0),
  };
  if (!a->out)
    block.rounded = (ramk_rounded_outputs){
      .round = plan->round, .start = a->rounded_out + i * a->out_stride + first,
      .strip = kernel->mr * a->out_stride, .panel = kernel->nr, .row = a->out_stride,
    };
  ramk_gemm_run(&plan->layer, &block, 0, plan->layer.weights->k,
                task_rows(plan, i, block.rows, scratch));
  if (plan->norm)
    plan->norm->rows(block.rows, block.columns, block.out, block.out_stride, a->gain, a->norm_bias,
                     a->epsilon, block.out, block.out_stride);
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
    const size_t widest = plan->row_blocks == 1 ? 3 : 6;
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
}

// Bytes of a plan's workspace, 0 where they overflow; its parts get their places.
static size_t lay_out(gemm_plan *plan, size_t m, size_t k, unsigned threads, void *workspace) {
  const ramk_gemm_kernel *kernel = plan->layer.kernel;
  if (k > PTRDIFF_MAX / 64 / ramk_round_up(m, plan->rows)) return 0;
  ramk_scratch_layout worker = {0};
  const bool packs = !plan->packs_ahead && !plan->reads_in_place;
  const size_t task = packs ? ramk_packed_rows_floats(kernel, plan->rows, k) : 0;
  plan->packed = ramk_scratch_part(&worker, 1, task);
  plan->sums = ramk_scratch_part(&worker, plan->rows, kernel->nr);
  plan->worker_floats = worker.floats;
  const size_t workers = ramk_scratch_bytes(threads, worker.floats);
  const size_t ahead =
    plan->packs_ahead ? ramk_scratch_bytes(1, ramk_packed_rows_floats(kernel, m, k)) : 0;
  size_t bytes;
  if (worker.overflow || workers == 0 || !ramk_add(workers, ahead, &bytes)) return 0;
  plan->workers = workspace;
  plan->ahead = workspace ? (char *)workspace + workers : NULL;
  return bytes;
}

size_t ramk_gemm_workspace_size(const ramk_context *context, ramk_precision precision, size_t m,
                                size_t n, size_t k) {
  const ramk_gemm_kernel *kernel = RAMK_KERNEL_OF(context, precision, gemm);
  if (!kernel || m == 0 || n == 0) return 0;
  // A LayerNorm, of which nothing is said here, keeps columns together: then each task packs.
  gemm_plan plan = {.layer = {.kernel = kernel}};
  choose_blocks(&plan, kernel, m, n, false, context->threads);
  const size_t together = lay_out(&plan, m, k, context->threads, NULL);
  choose_blocks(&plan, kernel, m, n, true, context->threads);
  plan.packs_ahead = plan.column_blocks > 1;
  const size_t apart = lay_out(&plan, m, k, context->threads, NULL);
  return together == 0 || apart == 0 ? 0 : together > apart ? together : apart;
}

static ramk_status check(const ramk_gemm_arguments *a, size_t n, size_t k) {
  if ((unsigned)a->activation > RAMK_ACTIVATION_GELU || !a->gain != !a->norm_bias)
    return RAMK_INVALID_ARGUMENT;
  if ((a->out && a->rounded_out) || (a->a && a->rounded_a)) return RAMK_INVALID_ARGUMENT;
  if (a->rounded_out && a->gain) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_check_matrix(a->rounded_a ? a->rounded_a : (const void *)a->a, a->m, k,
                             a->a_stride));
  RAMK_TRY(ramk_check_matrix(a->rounded_out ? a->rounded_out : (const void *)a->out, a->m, n,
                             a->out_stride));
  if (!a->residual) return RAMK_OK;
  if (a->residual == a->out && a->m > 1 && a->residual_stride != a->out_stride)
    return RAMK_INVALID_ARGUMENT;
  return ramk_check_matrix(a->residual, a->m, n, a->residual_stride);
}

ramk_status ramk_gemm(const ramk_context *context, ramk_precision precision,
                      const ramk_gemm_arguments *arguments, void *workspace,
                      size_t workspace_bytes) {
  const ramk_prepared_matrix *weights;
  if (!arguments) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, arguments->weights, &weights));
  const size_t m = arguments->m, n = weights->n, k = weights->k;
  RAMK_TRY(check(arguments, n, k));
  if (m == 0 || n == 0) return RAMK_OK;
  const size_t needed = ramk_gemm_workspace_size(context, precision, m, n, k);
  if (needed == 0) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < needed) return RAMK_WORKSPACE_TOO_SMALL;

  gemm_plan plan = {
    .arguments = arguments,
    .layer = {RAMK_KERNEL_OF(context, precision, gemm), weights, arguments->bias,
              arguments->activation},
    .norm = arguments->gain ? RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm) : NULL,
    .round = ramk_rounding(context),
  };
  const ramk_gemm_kernel *kernel = plan.layer.kernel;
  if ((arguments->gain && !plan.norm) || (arguments->rounded_out && !plan.round) ||
      (arguments->rounded_a && !kernel->pack_rounded_strip))
    return RAMK_IMPLEMENTATION_UNAVAILABLE;
  choose_blocks(&plan, kernel, m, n, !plan.norm, context->threads);
  plan.reads_in_place = k > 0 && reads_in_place(&plan);
  plan.packs_ahead = plan.column_blocks > 1 && k > 0 && !plan.reads_in_place;
  lay_out(&plan, m, k, context->threads, workspace);
  if (plan.packs_ahead)
    ramk_parallel_for(context, ramk_divide_up(m, PACKED_STRIPS * kernel->mr), pack_task, &plan);
  ramk_parallel_for(context, plan.row_blocks * plan.column_blocks, run_task, &plan);
  return RAMK_OK;
}
