// Dot products row by row; the rows are shared out in tasks of a few L1 caches.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "operations/row_tasks.h"
#include "threads/threads.h"

typedef struct {
  const ramk_row_dots_kernel *kernel;
  size_t rows, columns, rows_of_task;
  const float *a;
  size_t a_stride;
  const float *b;
  size_t b_stride;
  const float *bias;
  float *out;
} row_dots_plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const row_dots_plan *p = user;
  const size_t first = index * p->rows_of_task;
  p->kernel->rows(ramk_minimum(p->rows_of_task, p->rows - first), p->columns,
                  p->a + first * p->a_stride, p->a_stride, p->b + first * p->b_stride, p->b_stride,
                  p->bias ? p->bias + first : NULL, p->out + first);
}

ramk_status ramk_row_dots(const ramk_context *context, size_t rows, size_t columns, const float *a,
                          size_t a_stride, const float *b, size_t b_stride, const float *bias,
                          float *out) {
  const ramk_row_dots_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, row_dots);
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(ramk_check_matrix(a, rows, columns, a_stride));
  RAMK_TRY(ramk_check_matrix(b, rows > 1 && b_stride == 0 ? 1 : rows, columns, b_stride));
  RAMK_TRY(ramk_check_matrix(out, 1, rows, rows));
  if (rows == 0 || columns == 0) return RAMK_OK;
  row_dots_plan plan = {kernel, rows, columns, ramk_rows_of_task(columns), a, a_stride,
                        b, b_stride, bias, out};
  ramk_parallel_for(context, ramk_divide_up(rows, plan.rows_of_task), run_task, &plan);
  return RAMK_OK;
}
