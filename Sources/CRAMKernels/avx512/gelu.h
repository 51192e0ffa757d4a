#ifndef RAMK_AVX512_GELU_H
#define RAMK_AVX512_GELU_H

#include <stddef.h>

/// GELU in place of [rows, columns]: to the last bits, or as products in eight bits need it.
void ramk_gelu_avx512(size_t rows, size_t columns, float *x, size_t stride);
void ramk_gelu_narrow_avx512(size_t rows, size_t columns, float *x, size_t stride);

#endif
