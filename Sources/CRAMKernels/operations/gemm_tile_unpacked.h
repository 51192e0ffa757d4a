// The product's tile of rows as they lie in memory, for CPUs that load a float into every lane at the
// cost of a load: there, packing rows gains nothing by itself. To be included behind `gemm_tile.h`.

VEC_INLINE void add_unpacked(const size_t rows, size_t k, const float *restrict a, size_t stride,
                             const float *restrict b, vec sum[MR][2]) {
RAMK_UNROLL(UNROLL)
  for (size_t p = 0; p < k; p++, b += NR) {
    const vec left = vec_load(b), right = vec_load(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      const vec x = vec_set(a[i * stride + p]);
      sum[i][0] = vec_fma(x, left, sum[i][0]);
      sum[i][1] = vec_fma(x, right, sum[i][1]);
    }
  }
}

VEC_INLINE void multiply_unpacked(const size_t rows, size_t k, const float *restrict a,
                                  size_t stride, const float *restrict b,
                                  const ramk_gemm_tile *t) {
  vec sum[MR][2];
  start_tile(rows, sum);
  ramk_tile_fetch fetch = ramk_start_fetching(t);
  for (size_t p = 0; p < k; p += TURN) {
    ramk_fetch_some(&fetch);
    add_unpacked(rows, ramk_minimum(TURN, k - p), a + p, stride, b + p * NR, sum);
  }
  finish_tile(rows, sum, t);
}

static void tile_unpacked(size_t k, const float *a, size_t a_stride, const void *b,
                          const ramk_gemm_tile *t) {
  RAMK_TILE_ROWS_CALL(t->rows, multiply_unpacked, k, a, a_stride, b, t)
}
