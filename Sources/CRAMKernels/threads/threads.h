// The only place that knows how a loop gets onto several cores.

#ifndef RAMK_THREADS_H
#define RAMK_THREADS_H

#include "CRAMKernels.h"

/// Runs task `index` of a loop. `worker` is below `context->threads`, and no two tasks that run at
/// the same time share it: it picks a task's scratch memory.
typedef void (*ramk_task)(const ramk_context *context, void *user, size_t index, unsigned worker);

/// Runs tasks 0 ..< count, each once, in any order, on up to `context->threads` threads (the
/// caller's among them), and returns when all are done. How work is cut into tasks may not depend
/// on the number of threads where a task's result would: that keeps results the same on every
/// machine.
void ramk_parallel_for(const ramk_context *context, size_t count, ramk_task task, void *user);

#endif
