// Plain threads: workers are started when a loop first wants them, kept, and asleep on a condition
// variable between loops. One loop at a time has the workers; a caller that comes meanwhile, or a
// task that starts a loop of its own, runs its loop alone rather than waiting.

#if !defined(RAMK_USE_OPENMP) && !defined(__APPLE__)

#if defined(__linux__)
#define _GNU_SOURCE  // pthread_sigmask
#endif

#include "threads/loop.h"

#include <pthread.h>
#include <signal.h>

enum { MAXIMUM_WORKERS = 255 };

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t posted;       // a loop was posted
  pthread_cond_t finished;     // the last worker left it
  ramk_loop *loop;             // the posted loop, until every seat in it was taken or withdrawn
  unsigned seats;              // workers that may still join it
  unsigned next_seat;          // the worker number of the next one to join
  unsigned inside;             // workers that joined and have not left
  unsigned workers;            // threads started so far
  bool busy;                   // a caller has the pool
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER,
          .posted = PTHREAD_COND_INITIALIZER,
          .finished = PTHREAD_COND_INITIALIZER};

static void *work(void *unused) {
  (void)unused;
  pthread_mutex_lock(&pool.mutex);
  for (;;) {
    while (pool.seats == 0) pthread_cond_wait(&pool.posted, &pool.mutex);
    ramk_loop *loop = pool.loop;
    const unsigned seat = pool.next_seat++;
    pool.seats--;
    pool.inside++;
    pthread_mutex_unlock(&pool.mutex);
    ramk_loop_run(loop, seat);
    pthread_mutex_lock(&pool.mutex);
    if (--pool.inside == 0) pthread_cond_signal(&pool.finished);
  }
  return NULL;
}

// Called with the mutex held. A system that refuses threads leaves fewer of them, no error.
static void start_workers(unsigned wanted) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are the caller's threads' business
  while (pool.workers < wanted && pool.workers < MAXIMUM_WORKERS) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) != 0) break;
    pthread_detach(thread);
    pool.workers++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void ramk_loop_run_parallel(ramk_loop *loop, unsigned threads) {
  pthread_mutex_lock(&pool.mutex);
  const bool mine = !pool.busy;
  if (mine) {
    pool.busy = true;
    if (pool.workers < threads - 1) start_workers(threads - 1);
    pool.loop = loop;
    pool.seats = threads - 1 < pool.workers ? threads - 1 : pool.workers;
    pool.next_seat = 1;
    pthread_cond_broadcast(&pool.posted);
  }
  pthread_mutex_unlock(&pool.mutex);

  ramk_loop_run(loop, 0);
  if (!mine) return;

  pthread_mutex_lock(&pool.mutex);
  pool.seats = 0;  // whoever did not wake up in time is no longer needed
  while (pool.inside > 0) pthread_cond_wait(&pool.finished, &pool.mutex);
  pool.loop = NULL;
  pool.busy = false;
  pthread_mutex_unlock(&pool.mutex);
}

const char *ramk_threads_backend(void) { return "threads"; }

#endif
