// Dispatch, Apple's thread pool for the whole process.

#if defined(__APPLE__) && !defined(RAMK_USE_OPENMP)

#include "threads/loop.h"

#include <dispatch/dispatch.h>

static void run_worker(void *loop, size_t worker) { ramk_loop_run(loop, (unsigned)worker); }

void ramk_loop_run_parallel(ramk_loop *loop, unsigned threads) {
  dispatch_apply_f(threads, DISPATCH_APPLY_AUTO, loop, run_worker);
}

const char *ramk_threads_backend(void) { return "dispatch"; }

#endif
