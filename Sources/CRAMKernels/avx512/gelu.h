#ifndef RAMK_AVX512_GELU_H
#define RAMK_AVX512_GELU_H

#include <stddef.h>

/// GELU in place of [rows, columns].
void ramk_gelu_float32_avx512(size_t rows, size_t columns, float *x, size_t stride);

#endif
