#ifndef RAMK_GENERIC_GELU_H
#define RAMK_GENERIC_GELU_H

#include <stddef.h>

/// GELU in place of [rows, columns].
void ramk_gelu_float32_generic(size_t rows, size_t columns, float *x, size_t stride);

#endif
