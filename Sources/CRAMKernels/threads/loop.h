// What the backends share. Each thread has a range of tasks of its own, neighbours one after the other,
// and helps others with theirs when it is through. So what a thread wrote in one loop it finds in its own
// caches in the next, where that cuts the same rows; and one that is held up by another process
// holds up nothing but its own task.

#ifndef RAMK_THREADS_LOOP_H
#define RAMK_THREADS_LOOP_H

#include "threads/threads.h"

#include <stdatomic.h>

enum { RAMK_LOOP_RANGES = 64 };   // at most: threads beyond share them

/// Tasks next ..< end that nobody has drawn yet, on a cache line of its own.
typedef struct {
  _Alignas(64) _Atomic size_t next;
  size_t end;
} ramk_loop_range;

typedef struct {
  const ramk_context *context;
  ramk_task task;
  void *user;
  unsigned ranges;
  ramk_loop_range range[RAMK_LOOP_RANGES];
} ramk_loop;

/// Cuts tasks 0 ..< count into a range for each of `threads`.
static inline void ramk_loop_start(ramk_loop *loop, size_t count, unsigned threads) {
  loop->ranges = threads < RAMK_LOOP_RANGES ? threads : RAMK_LOOP_RANGES;
  const size_t each = count / loop->ranges, rest = count % loop->ranges;
  size_t first = 0;
  for (unsigned r = 0; r < loop->ranges; r++) {
    loop->range[r].end = first + each + (r < rest);
    atomic_init(&loop->range[r].next, first);
    first = loop->range[r].end;
  }
  for (unsigned r = 0; r < loop->ranges; r++) {
    const size_t next = atomic_load_explicit(&loop->range[r].next, memory_order_relaxed);
    atomic_store_explicit(&loop->range[r].next, next, memory_order_release);
  }
}

/// What `worker` does for the loop: its own range, then those behind it, around to the one before it.
static inline void ramk_loop_run(ramk_loop *loop, unsigned worker) {
  // The counters order memory too: what the caller wrote before the loop is seen by whoever has read
  // one of them, and what a thread did is seen by whoever reads the one that it drew from last. So
  // nothing of the loop may be read before the first load, nor after the last draw.
  (void)atomic_load_explicit(&loop->range[worker % RAMK_LOOP_RANGES].next, memory_order_acquire);
  const unsigned ranges = loop->ranges;
  const ramk_context *context = loop->context;
  const ramk_task task = loop->task;
  void *user = loop->user;
  for (unsigned r = 0; r < ranges; r++) {
    ramk_loop_range *range = &loop->range[(worker + r) % ranges];
    const size_t end = range->end;
    size_t index;
    while ((index = atomic_fetch_add_explicit(&range->next, 1, memory_order_acq_rel)) < end)
      task(context, user, index, worker);
  }
}

/// Makes what the loop's threads wrote visible to the caller: after each of their last draws.
static inline void ramk_loop_finish(ramk_loop *loop) {
  for (unsigned r = 0; r < loop->ranges; r++)
    (void)atomic_load_explicit(&loop->range[r].next, memory_order_acquire);
}

static inline unsigned ramk_loop_threads(const ramk_context *context, size_t count) {
  return count < context->threads ? (unsigned)count : context->threads;
}

/// Runs the loop on up to `threads` threads: a backend's one function. `threads` is 2 or more.
void ramk_loop_run_parallel(ramk_loop *loop, unsigned threads);

#endif
