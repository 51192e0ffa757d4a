// out = activation(a · weightsᵀ + bias + residual), after Goto and van de Geijn, "Anatomy of
// High-Performance Matrix Multiplication" (2008):
//
//   for each task, a block of rows x a block of columns:
//     for each chunk of k:
//       pack the rows' chunk of a, in strips of mr rows      (stays in L2)
//       for each panel of nr columns of prepared weights     (its chunk stays in L1)
//         for each strip: one tile                           (in registers)
//           after the last chunk: the tile's activation      (its outputs are still in L1)
//
// A chunk is summed in registers from zero and then added to `out`, which the first chunk sets to
// its sum + bias + residual. Chunks follow from k alone, so an output's rounding depends neither on
// threads nor on blocks. Each task reads a residual just before it writes there: they may be one.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "operations/prepared_matrix.h"
#include "threads/threads.h"

typedef struct {
  const ramk_gemm_kernel *kernel;
  const ramk_gemm_arguments *arguments;
  size_t n, k;
  const void *panels;
  size_t rows, columns;           // of a task; whole strips and panels
  size_t row_blocks, column_blocks;
  void *workspace;
} gemm_plan;

// What a task's packed rows take.
static size_t packed_floats(const ramk_gemm_kernel *kernel) {
  return ramk_divide_up(kernel->mc * kernel->kc * kernel->strip_bytes, sizeof(float));
}

// Asks for `bytes` of memory to be in L2 by the time that they are read.
static void fetch(const char *memory, size_t bytes) {
  enum { LINE = 64 };
  for (size_t byte = 0; byte < bytes; byte += LINE) __builtin_prefetch(memory + byte, 0, 2);
}

// A panel's columns, from column j on, for all strips of a task's rows. Meanwhile the next panel is
// fetched, a part with each tile: it comes from L3 or memory, for which the first tile would wait.
static void run_panel(const gemm_plan *plan, size_t i, size_t rows, size_t j, size_t k0,
                      size_t depth, const void *packed) {
  const ramk_gemm_kernel *kernel = plan->kernel;
  const ramk_gemm_arguments *arguments = plan->arguments;
  const size_t columns = ramk_minimum(kernel->nr, plan->n - j);
  const size_t steps = ramk_round_up(depth, kernel->unit);
  const char *panel = ramk_panel(kernel, plan->panels, j, plan->k, k0);
  const char *next = ramk_panel(kernel, plan->panels, j + kernel->nr, plan->k, k0);
  const size_t chunk = steps * kernel->nr * kernel->panel_bytes;
  const size_t part = j + columns < plan->n ? chunk / ramk_divide_up(rows, kernel->mr) : 0;
  float *out = arguments->out + i * arguments->out_stride + j;
  const float *add = out;
  size_t add_stride = arguments->out_stride;
  if (k0 == 0) {
    add_stride = arguments->residual_stride;
    add = arguments->residual ? arguments->residual + i * add_stride + j : NULL;
  }
  const bool activates = k0 + depth == plan->k && arguments->activation != RAMK_ACTIVATION_NONE;
  for (size_t r = 0; r < rows; r += kernel->mr, next += part) {
    fetch(next, part);
    const ramk_gemm_tile tile = {
      .rows = ramk_minimum(kernel->mr, rows - r),
      .columns = columns,
      .bias = k0 == 0 && arguments->bias ? arguments->bias + j : NULL,
      .add = add ? add + r * add_stride : NULL,
      .add_stride = add_stride,
      .out = out + r * arguments->out_stride,
      .out_stride = arguments->out_stride,
    };
    kernel->tile(steps, ramk_strip(kernel, packed, r, depth), panel, &tile);
    if (activates)
      kernel->activate(arguments->activation, tile.rows, columns, tile.out, tile.out_stride);
  }
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const gemm_plan *plan = user;
  const ramk_gemm_kernel *kernel = plan->kernel;
  const ramk_gemm_arguments *arguments = plan->arguments;
  void *packed = ramk_scratch(plan->workspace, packed_floats(kernel), worker);
  const size_t i = index % plan->row_blocks * plan->rows;
  const size_t rows = ramk_minimum(plan->rows, arguments->m - i);
  const size_t first = index / plan->row_blocks * plan->columns;
  const size_t last = ramk_minimum(first + plan->columns, plan->n);
  size_t k0 = 0;
  do {  // once where k is 0: bias, residual and activation are due all the same
    const size_t depth = ramk_minimum(kernel->kc, plan->k - k0);
    if (depth > 0)
      kernel->pack_strips(rows, depth, arguments->a + i * arguments->a_stride + k0,
                          arguments->a_stride, packed);
    for (size_t j = first; j < last; j += kernel->nr)
      run_panel(plan, i, rows, j, k0, depth, packed);
    k0 += depth;
  } while (k0 < plan->k);
}

// Blocks as large as the caches like them, made smaller where threads would wait for the last one.
static void choose_blocks(gemm_plan *plan, unsigned threads) {
  const ramk_gemm_kernel *kernel = plan->kernel;
  const size_t strips = ramk_divide_up(plan->arguments->m, kernel->mr);
  const size_t panels = ramk_divide_up(plan->n, kernel->nr);
  size_t most_strips = kernel->mc / kernel->mr, most_panels = kernel->nc / kernel->nr;
  for (;;) {
    plan->row_blocks = ramk_divide_up(strips, most_strips);
    plan->column_blocks = ramk_divide_up(panels, most_panels);
    if (threads == 1 || plan->row_blocks * plan->column_blocks >= 6 * (size_t)threads) break;
    // Narrower blocks pack the same rows more often; lower ones read the same weights more often.
    if (most_panels > 12) most_panels /= 2;
    else if (most_strips > 4) most_strips /= 2;
    else break;
  }
  plan->rows = ramk_divide_up(strips, plan->row_blocks) * kernel->mr;
  plan->columns = ramk_divide_up(panels, plan->column_blocks) * kernel->nr;
  plan->row_blocks = ramk_divide_up(plan->arguments->m, plan->rows);
  plan->column_blocks = ramk_divide_up(plan->n, plan->columns);
}

size_t ramk_gemm_workspace_size(const ramk_context *context, ramk_precision precision, size_t m,
                                size_t n, size_t k) {
  const ramk_gemm_kernel *kernel = RAMK_KERNEL_OF(context, precision, gemm);
  if (!kernel || m == 0 || n == 0 || k == 0) return 0;
  return ramk_scratch_bytes(context->threads, packed_floats(kernel));
}

ramk_status ramk_gemm(const ramk_context *context, ramk_precision precision,
                      const ramk_gemm_arguments *arguments, void *workspace,
                      size_t workspace_bytes) {
  const ramk_prepared_matrix *weights;
  if (!arguments || (unsigned)arguments->activation > RAMK_ACTIVATION_GELU)
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
  if (needed > 0 && (!workspace || workspace_bytes < needed)) return RAMK_WORKSPACE_TOO_SMALL;

  gemm_plan plan = {.kernel = RAMK_KERNEL_OF(context, precision, gemm), .arguments = arguments,
                    .n = n, .k = k, .panels = weights + 1, .workspace = workspace};
  choose_blocks(&plan, context->threads);
  ramk_parallel_for(context, plan.row_blocks * plan.column_blocks, run_task, &plan);
  return RAMK_OK;
}
