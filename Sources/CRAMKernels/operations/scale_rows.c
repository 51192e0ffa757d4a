// Plain C, one for all implementations: a multiplication a number, bound by memory.

#include "operations/checks.h"
#include "threads/threads.h"

enum { TASK_ELEMENTS = 1 << 16 };

typedef struct {
  size_t first, count, columns;
  const float *scales;
  float *x;
} scale_plan;

static void scale(float factor, size_t count, float *restrict x) {
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const scale_plan *p = user;
  const size_t end = ramk_minimum((index + 1) * TASK_ELEMENTS, p->count);
  for (size_t i = index * TASK_ELEMENTS; i < end;) {
    const size_t row = (p->first + i) / p->columns;
    const size_t rest = (row + 1) * p->columns - (p->first + i);
    const size_t count = ramk_minimum(rest, end - i);
    scale(p->scales[row], count, p->x + i);
    i += count;
  }
}

ramk_status ramk_scale_rows(const ramk_context *context, size_t first, size_t count,
                            size_t columns, const float *scales, float *x) {
  size_t last;
  if (!context || context->threads == 0) return RAMK_INVALID_ARGUMENT;
  if (count == 0) return RAMK_OK;
  if (columns == 0 || !scales || !x) return RAMK_INVALID_ARGUMENT;
  if (!ramk_add(first, count, &last) || !ramk_add(last, columns, &last) ||
      last > PTRDIFF_MAX / sizeof(float))
    return RAMK_SIZE_OVERFLOW;
  scale_plan plan = {first, count, columns, scales, x};
  ramk_parallel_for(context, ramk_divide_up(count, TASK_ELEMENTS), run_task, &plan);
  return RAMK_OK;
}
