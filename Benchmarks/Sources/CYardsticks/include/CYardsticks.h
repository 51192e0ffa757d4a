// What kernels are measured against, but for the peak, which is one of them.

#ifndef CYARDSTICKS_H
#define CYARDSTICKS_H

#include <stdbool.h>
#include <stddef.h>

/// Whether OpenBLAS is installed: it is looked for at run time.
bool yardstick_has_openblas(void);

/// out = a · weightsᵀ by OpenBLAS on one core: a [m, k], weights [n, k], out [m, n]. False where it
/// isn't installed.
bool yardstick_sgemm(size_t m, size_t n, size_t k, const float *a, const float *weights,
                     float *out);

/// Seconds that the calling thread has had of a core: what a neighbour takes doesn't count.
double yardstick_core_seconds(void);

#endif
