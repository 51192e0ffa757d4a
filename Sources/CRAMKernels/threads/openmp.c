// OpenMP: a team of threads that libomp keeps for each calling thread.

#if defined(RAMK_USE_OPENMP)

#include "threads/loop.h"

// libomp's own header is not on every toolchain's path.
extern int omp_get_thread_num(void);
extern void kmp_set_blocktime(int milliseconds);

// How long a worker spins after a loop before it sleeps. libomp's default of 200 ms burns a core
// between photos; sleeping at once costs a wake-up (some 50 us) for each loop of a model.
enum { SPIN_MILLISECONDS = 1 };

void ramk_loop_run_parallel(ramk_loop *loop, unsigned threads) {
  static _Thread_local bool configured;  // the setting belongs to the calling thread's team
  if (!configured) {
    kmp_set_blocktime(SPIN_MILLISECONDS);
    configured = true;
  }
#pragma omp parallel num_threads((int)threads) firstprivate(loop)
  ramk_loop_run(loop, (unsigned)omp_get_thread_num());
}

const char *ramk_threads_backend(void) { return "openmp"; }

#endif
