// The product's tile in int8: to be included behind `pack_int8.h`, where `gemm_tile_lines.h` may be.

#include "operations/settled_int8.h"

/// Makes floats of the sums of `rows` x 2 vectors; a and b point behind their steps.
VEC_INLINE void settle(const size_t rows, vec sum[MR][2], const row_unit *a,
                       const panel_element *b) {
  const row_scale *row = (const row_scale *)a;
  const panel_scales *panel = (const panel_scales *)b;
#pragma clang loop unroll(full)
  for (size_t half = 0; half < 2; half++) {
    const vec scales = vec_load(panel->scales + half * VEC_WIDTH);
    const vec_int totals = (vec_int)vec_load((const float *)panel->totals + half * VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++)
      sum[i][half] = settled((vec_int)sum[i][half], scales, totals, &row[i]);
  }
}

#include "operations/gemm_tile_lines.h"

VEC_INLINE void finish(const size_t rows, vec sum[MR][2], const ramk_gemm_tile *t) {
  finish_tile(rows, sum, t);
}
