// Plain C, one for all implementations: the compiler's vectors write as fast as memory takes it.

#include "operations/checks.h"
#include "threads/threads.h"

#include <string.h>

enum { TASK_ELEMENTS = 1 << 16 };

typedef struct {
  const float *x;
  size_t count;
  uint16_t *out;
} plan;

/// The upper half of a float, rounded to nearest, ties to even: adding just below half a unit of what
/// stays, and one more where its last bit is set, carries exactly where it has to. A NaN, whose
/// fraction the carry could clear, keeps its upper half and becomes quiet.
static uint16_t bfloat16_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const uint32_t rounded = bits + 0x7FFF + (bits >> 16 & 1);
  const bool is_nan = (bits & 0x7FFFFFFF) > 0x7F800000;
  return (uint16_t)((is_nan ? bits | 0x00400000 : rounded) >> 16);
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const plan *p = user;
  const size_t first = index * TASK_ELEMENTS;
  const float *restrict x = p->x + first;
  uint16_t *restrict out = p->out + first;
  const size_t count = ramk_minimum(TASK_ELEMENTS, p->count - first);
  for (size_t i = 0; i < count; i++) out[i] = bfloat16_of(x[i]);
}

ramk_status ramk_round_to_bfloat16(const ramk_context *context, const float *x, size_t count,
                                   uint16_t *out) {
  if (!context || context->threads == 0) return RAMK_INVALID_ARGUMENT;
  if (count == 0) return RAMK_OK;
  if (!x || !out) return RAMK_INVALID_ARGUMENT;
  if (count > PTRDIFF_MAX / sizeof(float)) return RAMK_SIZE_OVERFLOW;
  plan p = {.x = x, .count = count, .out = out};
  ramk_parallel_for(context, ramk_divide_up(count, TASK_ELEMENTS), run_task, &p);
  return RAMK_OK;
}
