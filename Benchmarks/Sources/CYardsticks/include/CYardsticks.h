// What kernels are measured against, but for the peak, which is one of them.

#ifndef CYARDSTICKS_H
#define CYARDSTICKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether OpenBLAS is installed: it is looked for at run time.
bool yardstick_has_openblas(void);

/// out = a · weightsᵀ by OpenBLAS on one core: a [m, k], weights [n, k], out [m, n]. False where it
/// isn't installed.
bool yardstick_sgemm(size_t m, size_t n, size_t k, const float *a, const float *weights,
                     float *out);

/// Reads `read` bytes and writes `written`, from the first to the last, and does nothing else: no kernel
/// that has to move as many is done sooner. Both are aligned to 64 bytes; what does not fill 64 is
/// left out. Returns a sum of what was read, which nobody needs, so that the compiler has to read it.
/// Written lines are fetched first, as a kernel's are: no stores go past the caches.
uint64_t yardstick_stream(const void *in, size_t read, void *out, size_t written);

/// Seconds that the calling thread has had of a core: what a neighbour takes doesn't count.
double yardstick_core_seconds(void);

#endif
