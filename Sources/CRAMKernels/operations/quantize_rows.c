// Plain C, one for all implementations: it runs once a conversion.

#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "threads/threads.h"

typedef struct {
  size_t columns, stride;
  const float *x;
  int8_t *out;
  float *scales;
} plan;

static void run_task(const ramk_context *context, void *user, size_t row, unsigned worker) {
  (void)context, (void)worker;
  const plan *p = user;
  const float *x = p->x + row * p->stride;
  p->scales[row] = ramk_weight_scale(p->columns, x);
  ramk_weight_bytes(p->columns, x, p->scales[row], p->out + row * p->columns);
}

ramk_status ramk_quantize_rows(const ramk_context *context, size_t rows, size_t columns,
                               const float *x, size_t x_stride, int8_t *out, float *scales) {
  if (!context || context->threads == 0) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_check_matrix(x, rows, columns, x_stride));
  if (rows == 0 || columns == 0) return RAMK_OK;
  if (!out || !scales) return RAMK_INVALID_ARGUMENT;
  plan p = {columns, x_stride, x, out, scales};
  ramk_parallel_for(context, rows, run_task, &p);
  return RAMK_OK;
}
