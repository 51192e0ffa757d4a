// LayerNorm, row by row; the rows are shared out in tasks of a few L1 caches.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "operations/row_tasks.h"
#include "threads/threads.h"

typedef struct {
  const ramk_layer_norm_kernel *kernel;
  size_t rows, columns, rows_of_task;
  const float *x;
  size_t x_stride;
  const float *gain, *bias;
  float epsilon;
  float *out;
  size_t out_stride;
} layer_norm_plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const layer_norm_plan *p = user;
  const size_t first = index * p->rows_of_task;
  const size_t rows = ramk_minimum(p->rows_of_task, p->rows - first);
  p->kernel->rows(rows, p->columns, p->x + first * p->x_stride, p->x_stride, p->gain, p->bias,
                  p->epsilon, p->out + first * p->out_stride, p->out_stride);
}

ramk_status ramk_layer_norm(const ramk_context *context, size_t rows, size_t columns,
                            const float *x, size_t x_stride, const float *gain, const float *bias,
                            float epsilon, float *out, size_t out_stride) {
  const ramk_layer_norm_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm);
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(ramk_check_matrix(x, rows, columns, x_stride));
  RAMK_TRY(ramk_check_matrix(out, rows, columns, out_stride));
  if (x == out && rows > 1 && x_stride != out_stride) return RAMK_INVALID_ARGUMENT;
  if (rows == 0 || columns == 0) return RAMK_OK;
  if (!gain || !bias) return RAMK_INVALID_ARGUMENT;
  layer_norm_plan plan = {kernel, rows, columns, ramk_rows_of_task(columns), x, x_stride,
                          gain, bias, epsilon, out, out_stride};
  ramk_parallel_for(context, ramk_divide_up(rows, plan.rows_of_task), run_task, &plan);
  return RAMK_OK;
}
