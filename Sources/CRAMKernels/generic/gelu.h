#ifndef RAMK_GENERIC_GELU_H
#define RAMK_GENERIC_GELU_H

#include <stddef.h>

/// GELU in place of [rows, columns]: to the last bits, or as products in eight bits need it.
void ramk_gelu_generic(size_t rows, size_t columns, float *x, size_t stride);
void ramk_gelu_narrow_generic(size_t rows, size_t columns, float *x, size_t stride);

#endif
