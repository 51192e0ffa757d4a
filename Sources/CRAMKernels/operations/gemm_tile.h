// The matrix product's tile over an implementation's vectors: MR rows x 2 vectors of columns, whose
// sums stay in registers.
//
//   for each unit of k: load 2 vectors of the panel; for each row: spread its a, 2 multiply-adds
//   add bias and `add`, store
//
// To be included behind `vector.h` and `blocking.h`, inside of their target attribute, where these
// are defined:
//   UNIT             steps of k that are packed together
//   UNROLL           units that a turn of the loop works on
//   strip_element    UNIT steps of one row, packed
//   panel_element    UNIT steps of one column, packed
//   strip_rows       UNIT steps of MR rows, as load_strip(p) finds them
//   lanes            VEC_WIDTH columns' UNIT steps, as load_lanes(p) finds them
//   spread(strip_rows, i)            those of row i in each lane
//   multiply_add(lanes, lanes, vec)

#include "operations/gemm_tile_frame.h"
#include "operations/gemm_tile_rows.h"

enum { TURN_STEPS = 32, TURN = TURN_STEPS / UNIT };

/// Adds what `units` units contribute.
VEC_INLINE void add_units(const size_t rows, size_t units, const strip_element *restrict a,
                          const panel_element *restrict b, vec sum[MR][2]) {
RAMK_UNROLL(UNROLL)
  for (size_t p = 0; p < units; p++, a += MR, b += NR) {
    const strip_rows from = load_strip(a);
    const lanes left = load_lanes(b), right = load_lanes(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      const lanes x = spread(from, i);
      sum[i][0] = multiply_add(x, left, sum[i][0]);
      sum[i][1] = multiply_add(x, right, sum[i][1]);
    }
  }
}

// With `rows` known to the compiler, the sums are registers.
VEC_INLINE void multiply(const size_t rows, size_t units, const strip_element *restrict a,
                         const panel_element *restrict b, const ramk_gemm_tile *t) {
  vec sum[MR][2];
  start_tile(rows, sum);
  ramk_tile_fetch fetch = ramk_start_fetching(t);
  for (size_t p = 0; p < units; p += TURN) {
    ramk_fetch_some(&fetch);
    add_units(rows, ramk_minimum(TURN, units - p), a + p * MR, b + p * NR, sum);
  }
  finish_tile(rows, sum, t);
}

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  RAMK_TILE_ROWS_CALL(t->rows, multiply, k / UNIT, a, b, t)
}
