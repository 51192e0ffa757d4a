// The mean of each group of rows; a task is a group's block of columns.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "threads/threads.h"

enum { COLUMNS_OF_TASK = 256 };  // whole vectors of every implementation

typedef struct {
  const ramk_mean_rows_kernel *kernel;
  size_t rows, columns, blocks;
  const float *x;
  size_t x_stride;
  float *out;
  size_t out_stride;
} mean_rows_plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const mean_rows_plan *p = user;
  const size_t group = index / p->blocks, first = index % p->blocks * COLUMNS_OF_TASK;
  p->kernel->mean(p->rows, ramk_minimum(COLUMNS_OF_TASK, p->columns - first),
                  p->x + group * p->rows * p->x_stride + first, p->x_stride,
                  p->out + group * p->out_stride + first);
}

ramk_status ramk_mean_rows(const ramk_context *context, size_t groups, size_t rows, size_t columns,
                           const float *x, size_t x_stride, float *out, size_t out_stride) {
  const ramk_mean_rows_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, mean_rows);
  size_t all;
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  if (!ramk_multiply(groups, rows, &all)) return RAMK_SIZE_OVERFLOW;
  RAMK_TRY(ramk_check_matrix(x, all, columns, x_stride));
  RAMK_TRY(ramk_check_matrix(out, groups, columns, out_stride));
  if (groups == 0 || rows == 0 || columns == 0) return RAMK_OK;
  mean_rows_plan plan = {kernel, rows, columns, ramk_divide_up(columns, COLUMNS_OF_TASK),
                         x, x_stride, out, out_stride};
  ramk_parallel_for(context, groups * plan.blocks, run_task, &plan);
  return RAMK_OK;
}
