// Softmax, row by row; the rows are shared out in tasks of a few L1 caches.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "operations/row_tasks.h"
#include "threads/threads.h"

typedef struct {
  ramk_softmax_rows *softmax;
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
  p->softmax(rows, p->columns, p->scale, p->x + first * p->x_stride, p->x_stride,
             p->out + first * p->out_stride, p->out_stride);
}

static ramk_status run(const ramk_context *context, const softmax_plan *given) {
  softmax_plan plan = *given;
  RAMK_TRY(ramk_check_matrix(plan.x, plan.rows, plan.columns, plan.x_stride));
  RAMK_TRY(ramk_check_matrix(plan.out, plan.rows, plan.columns, plan.out_stride));
  if (plan.x == plan.out && plan.rows > 1 && plan.x_stride != plan.out_stride)
    return RAMK_INVALID_ARGUMENT;
  if (plan.rows == 0 || plan.columns == 0) return RAMK_OK;
  plan.rows_of_task = ramk_rows_of_task(plan.columns);
  ramk_parallel_for(context, ramk_divide_up(plan.rows, plan.rows_of_task), run_task, &plan);
  return RAMK_OK;
}

ramk_status ramk_softmax(const ramk_context *context, size_t rows, size_t columns, float scale,
                         const float *x, size_t x_stride, float *out, size_t out_stride) {
  const ramk_softmax_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, softmax);
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  return run(context, &(softmax_plan){.softmax = kernel->rows, .rows = rows, .columns = columns,
                                      .scale = scale, .x = x, .x_stride = x_stride, .out = out,
                                      .out_stride = out_stride});
}

ramk_status ramk_softmax_with_mean(const ramk_context *context, size_t rows, size_t columns,
                                   float scale, const float *x, size_t x_stride, float *out,
                                   size_t out_stride) {
  const ramk_softmax_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, softmax);
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  return run(context, &(softmax_plan){.softmax = kernel->rows_with_mean, .rows = rows,
                                      .columns = columns, .scale = scale, .x = x,
                                      .x_stride = x_stride, .out = out,
                                      .out_stride = out_stride});
}
