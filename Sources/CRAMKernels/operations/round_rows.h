// Rounding to bfloat16 of what a kernel has just computed, while it is in L1: one for each
// implementation, and for what some of its CPUs add.

#ifndef RAMK_ROUND_ROWS_H
#define RAMK_ROUND_ROWS_H

#include <stddef.h>
#include <stdint.h>

/// out [rows, columns] = x [rows, columns], to nearest, ties to even; a NaN stays one. Denormals may
/// become 0.
typedef void ramk_round_rows(size_t rows, size_t columns, const float *x, size_t x_stride,
                             uint16_t *out, size_t out_stride);

ramk_round_rows ramk_round_rows_generic, ramk_round_rows_avx2, ramk_round_rows_avx512,
  ramk_round_rows_avx512_bf16, ramk_round_rows_neon;

#endif
