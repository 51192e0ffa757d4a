// The product's tile of rows of bfloat16 numbers as they lie in memory: where a row meets few columns, packing
// it costs more than reading it from one address. To be included behind `gemm_tile_lines.h`.

/// Adds what `units` units contribute. Two units a turn would keep more rows in registers than there are.
VEC_INLINE void add_rounded(const size_t rows, size_t units, const uint16_t *restrict a,
                            size_t stride, const panel_element *restrict b, vec sum[MR][2]) {
#pragma clang loop unroll(disable)
  for (size_t p = 0; p < units; p++, b += NR) {
    const lanes left = load_lanes(b), right = load_lanes(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      row_unit unit;
      memcpy(&unit, a + i * stride + p * UNIT, sizeof unit);
      const lanes x = spread_unit(unit);
      sum[i][0] = multiply_add(x, left, sum[i][0]);
      sum[i][1] = multiply_add(x, right, sum[i][1]);
    }
  }
}

VEC_INLINE void multiply_rounded(const size_t rows, size_t units, const uint16_t *restrict a,
                                 size_t stride, const panel_element *restrict b,
                                 const ramk_gemm_tile *t) {
  vec sum[MR][2];
  start_tile(rows, sum);
  ramk_tile_fetch fetch = ramk_start_fetching(t);
  for (size_t p = 0; p < units; p += LINE) {
    ramk_fetch_some(&fetch);
    add_rounded(rows, ramk_minimum(LINE, units - p), a + p * UNIT, stride, b + p * NR, sum);
  }
  finish(rows, sum, t);
}

static void tile_rounded(size_t k, const uint16_t *a, size_t a_stride, const void *b,
                         const ramk_gemm_tile *t) {
  RAMK_TILE_ROWS_CALL(t->rows, multiply_rounded, k / UNIT, a, a_stride, b, t)
}
