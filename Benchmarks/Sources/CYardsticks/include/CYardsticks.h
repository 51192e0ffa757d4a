// What kernels are measured against.

#ifndef CYARDSTICKS_H
#define CYARDSTICKS_H

#include <CRAMKernels.h>

/// Multiply-adds in registers, as an implementation's instruction set has them, on one core for
/// `rounds` rounds; returns the floating-point operations done, two a multiply-add. A CPU that
/// lacks the instruction set must not run it.
double yardstick_multiply_add(ramk_implementation implementation, size_t rounds);

/// Whether OpenBLAS is installed: it is looked for at run time.
bool yardstick_has_openblas(void);

/// out = a · weightsᵀ by OpenBLAS on one core: a [m, k], weights [n, k], out [m, n]. False where it
/// isn't installed.
bool yardstick_sgemm(size_t m, size_t n, size_t k, const float *a, const float *weights,
                     float *out);

/// Seconds that the calling thread has had of a core: what a neighbour takes doesn't count.
double yardstick_core_seconds(void);

#endif
