#ifndef RAMK_NEON_ACTIVATION_H
#define RAMK_NEON_ACTIVATION_H

#include "CRAMKernels.h"

/// Applies an activation in place to [rows, columns].
void ramk_activate_float32_neon(ramk_activation activation, size_t rows, size_t columns,
                                float *data, size_t stride);

#endif
