#include "operations/convert.h"

#include "operations/checks.h"
#include "operations/kernels.h"
#include "threads/threads.h"

enum { TASK_ELEMENTS = 1 << 16 };

typedef struct {
  const ramk_convert_kernel *kernel;
  ramk_element_type type;
  const uint8_t *in;
  size_t element_bytes, count;
  float *out;
} plan;

/// 0 for what is no element type.
static size_t bytes_of(ramk_element_type type) {
  switch (type) {
    case RAMK_ELEMENT_FLOAT64: return 8;
    case RAMK_ELEMENT_FLOAT32: return 4;
    case RAMK_ELEMENT_FLOAT16: return 2;
    case RAMK_ELEMENT_BFLOAT16: return 2;
    case RAMK_ELEMENT_INT64: return 8;
    case RAMK_ELEMENT_INT32: return 4;
    case RAMK_ELEMENT_UINT8: return 1;
  }
  return 0;
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const plan *p = user;
  const size_t first = index * TASK_ELEMENTS;
  p->kernel->convert(p->type, p->in + first * p->element_bytes,
                     ramk_minimum(TASK_ELEMENTS, p->count - first), p->out + first);
}

ramk_status ramk_convert_to_float32(const ramk_context *context, ramk_element_type type,
                                    const void *in, size_t count, float *out) {
  const size_t element_bytes = bytes_of(type);
  if (!context || element_bytes == 0) return RAMK_INVALID_ARGUMENT;
  if (count == 0) return RAMK_OK;
  if (!in || !out) return RAMK_INVALID_ARGUMENT;
  if (count > PTRDIFF_MAX / sizeof(double)) return RAMK_SIZE_OVERFLOW;
  plan p = {
    .kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, convert),
    .type = type,
    .in = in,
    .element_bytes = element_bytes,
    .count = count,
    .out = out,
  };
  if (!p.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  ramk_parallel_for(context, ramk_divide_up(count, TASK_ELEMENTS), run_task, &p);
  return RAMK_OK;
}
