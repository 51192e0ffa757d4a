#include "threads/loop.h"

void ramk_parallel_for(const ramk_context *context, size_t count, ramk_task task, void *user) {
  const unsigned threads = ramk_loop_threads(context, count);
  if (threads <= 1) {
    for (size_t index = 0; index < count; index++) task(context, user, index, 0);
    return;
  }
  ramk_loop loop = {.context = context, .task = task, .user = user, .count = count};
  atomic_store_explicit(&loop.next, 0, memory_order_release);
  ramk_loop_run_parallel(&loop, threads);
  // Reads what the last draw of every thread wrote, and with it all that the tasks wrote.
  (void)atomic_load_explicit(&loop.next, memory_order_acquire);
}
