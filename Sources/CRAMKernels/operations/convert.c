#include "operations/convert.h"

#include "operations/checks.h"
#include "operations/kernels.h"
#include "threads/threads.h"

enum { TASK_ELEMENTS = 1 << 16 };

_Static_assert(TASK_ELEMENTS % RAMK_Q8_0_BLOCK_ELEMENTS == 0, "tasks are whole blocks");

typedef struct {
  const ramk_convert_kernel *kernel;
  ramk_element_type type;
  const uint8_t *in;
  ramk_element_block block;
  size_t count;
  float *out;
} plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const plan *p = user;
  const size_t first = index * TASK_ELEMENTS;
  p->kernel->convert(p->type, p->in + first / p->block.elements * p->block.bytes,
                     ramk_minimum(TASK_ELEMENTS, p->count - first), p->out + first);
}

ramk_status ramk_convert_to_float32(const ramk_context *context, ramk_element_type type,
                                    const void *in, size_t count, float *out) {
  const ramk_element_block stored = ramk_element_block_of(type);
  if (!context || stored.bytes == 0 || count % stored.elements != 0) return RAMK_INVALID_ARGUMENT;
  if (count == 0) return RAMK_OK;
  if (!in || !out) return RAMK_INVALID_ARGUMENT;
  if (count > PTRDIFF_MAX / sizeof(double)) return RAMK_SIZE_OVERFLOW;
  plan p = {
    .kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, convert),
    .type = type,
    .in = in,
    .block = stored,
    .count = count,
    .out = out,
  };
  if (!p.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  ramk_parallel_for(context, ramk_divide_up(count, TASK_ELEMENTS), run_task, &p);
  return RAMK_OK;
}
