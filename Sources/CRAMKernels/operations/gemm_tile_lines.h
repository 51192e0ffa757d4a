// The product's tile of strips whose rows are cut into lines of 64 bytes, a line of each row behind the
// other, for CPUs that load 4 bytes into every lane at the cost of a load. Packing so copies whole lines,
// and a tile reads the strip from front to back, from one address. To be included behind
// `blocking.h`, where these are defined:
//   UNIT               steps of k that are multiplied together
//   UNROLL             units that a turn of the loop works on; divides 16
//   row_unit           UNIT steps of one row, 4 bytes
//   panel_element      UNIT steps of one column
//   lanes              VEC_WIDTH columns' UNIT steps, as load_lanes(p) finds them
//   spread_unit(row_unit)            those of a row in each lane
//   multiply_add(lanes, lanes, vec)
//   settle(rows, sums, a, b)         makes floats of sums; a and b point behind their steps
// and behind which this is:
//   finish(rows, sums, t)            finish_tile, or more

#include "operations/gemm_tile_frame.h"
#include "operations/gemm_tile_rows.h"

enum { TURN_STEPS = LINE_STEPS };

VEC_INLINE void finish(const size_t rows, vec sum[MR][2], const ramk_gemm_tile *t);

/// Adds what `units` units of a line contribute.
VEC_INLINE void add_line(const size_t rows, size_t units, const row_unit *restrict a,
                         const panel_element *restrict b, vec sum[MR][2]) {
RAMK_UNROLL(UNROLL)
  for (size_t p = 0; p < units; p++, b += NR) {
    const lanes left = load_lanes(b), right = load_lanes(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      const lanes x = spread_unit(a[i * LINE + p]);
      sum[i][0] = multiply_add(x, left, sum[i][0]);
      sum[i][1] = multiply_add(x, right, sum[i][1]);
    }
  }
}

// With `rows` known to the compiler, the sums are registers.
VEC_INLINE void multiply(const size_t rows, size_t units, const row_unit *restrict a,
                         const panel_element *restrict b, const ramk_gemm_tile *t) {
  vec sum[MR][2];
  start_tile(rows, sum);
  ramk_tile_fetch fetch = ramk_start_fetching(t);
  size_t p = 0;
  for (; p + LINE <= units; p += LINE, a += MR * LINE, b += LINE * NR) {
    ramk_fetch_some(&fetch);
    add_line(rows, LINE, a, b, sum);
  }
  if (p < units) {
    add_line(rows, units - p, a, b, sum);
    a += MR * LINE;
    b += (units - p) * NR;
  }
  if (units > 0) settle(rows, sum, a, b);
  finish(rows, sum, t);
}

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  RAMK_TILE_ROWS_CALL(t->rows, multiply, k / UNIT, a, b, t)
}
