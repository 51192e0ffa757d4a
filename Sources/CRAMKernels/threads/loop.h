// What the backends share: threads draw task numbers from one counter until there are none left, so
// a thread that is held up by another process holds up nothing but its own task.

#ifndef RAMK_THREADS_LOOP_H
#define RAMK_THREADS_LOOP_H

#include "threads/threads.h"

#include <stdatomic.h>

typedef struct {
  const ramk_context *context;
  ramk_task task;
  void *user;
  size_t count;
  _Atomic size_t next;
} ramk_loop;

static inline void ramk_loop_run(ramk_loop *loop, unsigned worker) {
  // The counter orders memory too: what the caller wrote before the loop is seen by whoever has read
  // it, and what a thread did is seen by whoever reads it after that thread's last draw. So nothing
  // of the loop may be read before the first load, nor after the last draw.
  (void)atomic_load_explicit(&loop->next, memory_order_acquire);
  const ramk_loop one = {.context = loop->context, .task = loop->task, .user = loop->user,
                         .count = loop->count};
  size_t index;
  while ((index = atomic_fetch_add_explicit(&loop->next, 1, memory_order_acq_rel)) < one.count)
    one.task(one.context, one.user, index, worker);
}

static inline unsigned ramk_loop_threads(const ramk_context *context, size_t count) {
  return count < context->threads ? (unsigned)count : context->threads;
}

/// Runs the loop on up to `threads` threads: a backend's one function. `threads` is 2 or more.
void ramk_loop_run_parallel(ramk_loop *loop, unsigned threads);

#endif
