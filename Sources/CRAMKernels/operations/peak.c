// The peak of multiply-adds on all threads: turns are tasks, which threads draw as they draw a
// kernel's.

#include "operations/kernels.h"
#include "threads/threads.h"

#include <stdatomic.h>

typedef struct {
  const ramk_peak_kernel *kernel;
  _Atomic uint64_t multiply_adds;
} peak_plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)index, (void)worker;
  peak_plan *plan = user;
  atomic_fetch_add_explicit(&plan->multiply_adds, plan->kernel->turn(), memory_order_relaxed);
}

ramk_status ramk_peak(const ramk_context *context, ramk_precision precision, size_t turns,
                      uint64_t *multiply_adds) {
  if (!multiply_adds) return RAMK_INVALID_ARGUMENT;
  peak_plan plan = {.kernel = RAMK_KERNEL_OF(context, precision, peak)};
  if (!plan.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  atomic_store_explicit(&plan.multiply_adds, 0, memory_order_release);
  ramk_parallel_for(context, turns, run_task, &plan);
  *multiply_adds = atomic_load_explicit(&plan.multiply_adds, memory_order_acquire);
  return RAMK_OK;
}
