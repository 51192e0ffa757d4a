// A strip of floats for `gemm_tile.h`: its six rows are loaded into registers, from whose lanes
// FMLA multiplies. (To load a float into every lane takes a vector pipe's cycle besides, on Arm's
// cores.) To be included behind `gemm_tile_float32.h` or `gemm_tile_bfloat16.h`.

typedef struct {
  float32x4_t first;
  float32x2_t last;
} strip_rows;

VEC_INLINE strip_rows load_strip(const strip_element *x) {
  _Static_assert(MR == 6, "rows of a strip");
  return (strip_rows){vld1q_f32(x), vld1_f32(x + 4)};
}

VEC_INLINE lanes spread(strip_rows rows, size_t i) {
  return vec_set(i < 4 ? rows.first[i] : rows.last[i - 4]);
}
