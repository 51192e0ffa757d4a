// Plain C, one for all implementations: the compiler's vectors read as fast as memory does.

#include "operations/checks.h"
#include "threads/threads.h"

#include <stdatomic.h>
#include <string.h>

enum { TASK_ELEMENTS = 1 << 16 };

typedef struct {
  const float *x;
  size_t count;
  _Atomic size_t first;           // of those found so far; count for none
} search;

static bool is_non_finite(const float *x) {
  const uint32_t exponent = 0x7F800000;
  uint32_t bits;
  memcpy(&bits, x, sizeof bits);
  return (bits & exponent) == exponent;
}

static bool any_non_finite(const float *x, size_t count) {
  uint32_t any = 0;
  for (size_t i = 0; i < count; i++) any |= is_non_finite(x + i);
  return any != 0;
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  search *s = user;
  const size_t start = index * TASK_ELEMENTS;
  const size_t count = ramk_minimum(TASK_ELEMENTS, s->count - start);
  size_t known = atomic_load_explicit(&s->first, memory_order_relaxed);
  if (start >= known || !any_non_finite(s->x + start, count)) return;
  size_t found = start;
  while (!is_non_finite(s->x + found)) found++;
  while (found < known && !atomic_compare_exchange_weak(&s->first, &known, found)) {}
}

size_t ramk_first_non_finite(const ramk_context *context, const float *x, size_t count) {
  if (count == 0 || !context || !x) return 0;
  search s = {.x = x, .count = count};
  atomic_store_explicit(&s.first, count, memory_order_release);
  ramk_parallel_for(context, ramk_divide_up(count, TASK_ELEMENTS), run_task, &s);
  return atomic_load_explicit(&s.first, memory_order_acquire);
}
