// What `gemm_tile.h` and `gemm_tile_unpacked.h` multiply in float32.

enum { UNIT = 1 };

typedef float strip_element, panel_element, row_unit;
typedef vec lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) { return vec_load(x); }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) { return vec_fma(a, b, sum); }
VEC_INLINE lanes spread_unit(row_unit x) { return vec_set(x); }
VEC_INLINE void settle(const size_t rows, vec sum[MR][2], const row_unit *a, size_t stride,
                       const panel_element *b) {
  (void)rows, (void)sum, (void)a, (void)stride, (void)b;  // they are floats
}
