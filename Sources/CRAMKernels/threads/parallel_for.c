#include "threads/loop.h"

void ramk_parallel_for(const ramk_context *context, size_t count, ramk_task task, void *user) {
  const unsigned threads = ramk_loop_threads(context, count);
  if (threads <= 1) {
    for (size_t index = 0; index < count; index++) task(context, user, index, 0);
    return;
  }
  ramk_loop loop;
  loop.context = context, loop.task = task, loop.user = user;
  ramk_loop_start(&loop, count, threads);
  ramk_loop_run_parallel(&loop, threads);
  ramk_loop_finish(&loop);
}
