// Softmax, row by row; the rows are shared out in tasks of a few L1 caches.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "operations/row_tasks.h"
#include "threads/threads.h"

typedef struct {
  const ramk_softmax_kernel *kernel;
  size_t rows, columns, rows_of_task;
  float scale;
  const float *x;
  size_t x_stride;
  float *out;
  size_t out_stride;
} softmax_plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const softmax_plan *p = user;
  const size_t first = index * p->rows_of_task;
  const size_t rows = ramk_minimum(p->rows_of_task, p->rows - first);
  p->kernel->rows(rows, p->columns, p->scale, p->x + first * p->x_stride, p->x_stride,
                  p->out + first * p->out_stride, p->out_stride);
}

ramk_status ramk_softmax(const ramk_context *context, size_t rows, size_t columns, float scale,
                         const float *x, size_t x_stride, float *out, size_t out_stride) {
  const ramk_softmax_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, softmax);
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(ramk_check_matrix(x, rows, columns, x_stride));
  RAMK_TRY(ramk_check_matrix(out, rows, columns, out_stride));
  if (x == out && rows > 1 && x_stride != out_stride) return RAMK_INVALID_ARGUMENT;
  if (rows == 0 || columns == 0) return RAMK_OK;
  softmax_plan plan = {kernel, rows, columns, ramk_rows_of_task(columns),
                       scale, x, x_stride, out, out_stride};
  ramk_parallel_for(context, ramk_divide_up(rows, plan.rows_of_task), run_task, &plan);
  return RAMK_OK;
}
