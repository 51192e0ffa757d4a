// The product's tile of rows that lie one behind the other, unit after unit of 4 bytes, for CPUs that
// load 4 bytes into every lane at the cost of a load: there, packing rows side by side gains nothing by
// itself. To be included where `gemm_tile.h` may be, and these are defined:
//   row_unit               UNIT steps of one row, 4 bytes
//   spread_unit(row_unit)  those in each lane
//   settle(rows, sums, a, stride, b)  makes floats of sums; a and b point behind their steps
// and what `gemm_tile.h` asks for of panels.

VEC_INLINE void multiply_unpacked(const size_t rows, size_t units, const row_unit *restrict a,
                                  size_t stride, const panel_element *restrict b,
                                  const ramk_gemm_tile *t) {
  vec sum[MR][2];
  start_tile(rows, sum, t);
RAMK_UNROLL(UNROLL)
  for (size_t p = 0; p < units; p++, b += NR) {
    const lanes left = load_lanes(b), right = load_lanes(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      const lanes x = spread_unit(a[i * stride + p]);
      sum[i][0] = multiply_add(x, left, sum[i][0]);
      sum[i][1] = multiply_add(x, right, sum[i][1]);
    }
  }
  if (units > 0) settle(rows, sum, a + units, stride, b);
  finish_tile(rows, sum, t);
}

static void tile_unpacked(size_t k, const row_unit *a, size_t stride, const void *b,
                          const ramk_gemm_tile *t) {
  RAMK_TILE_ROWS_CALL(t->rows, multiply_unpacked, k / UNIT, a, stride, b, t)
}
