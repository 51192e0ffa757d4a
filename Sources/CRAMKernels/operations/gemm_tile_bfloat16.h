// What `gemm_tile.h` multiplies where there is no bfloat16 arithmetic: weights that take half of the
// memory, widened as they are loaded, and rows rounded to bfloat16 but kept as floats. A product of
// two such numbers is exact in float32, so only the sums are rounded.
//
// To be included behind `bfloat16.h`.

enum { UNIT = 1, STEPS = 64 };

typedef float strip_element;
typedef uint16_t panel_element;
typedef vec lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) { return vec_load_bfloat16(x); }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) { return vec_fma(a, b, sum); }

VEC_INLINE void *encode_strip(size_t count, const float *steps, void *to) {
  float *strip = to;
  size_t i = 0;
  for (; i + VEC_WIDTH <= count * MR; i += VEC_WIDTH)
    vec_store(strip + i, (vec)vec_round_bfloat16(vec_load(steps + i)));
  const size_t rest = count * MR - i;
  if (rest > 0)
    vec_store_first(strip + i, rest, (vec)vec_round_bfloat16(vec_load_first(steps + i, rest)));
  return strip + count * MR;
}

VEC_INLINE void *encode_panel(size_t count, const float *steps, void *to) {
  uint16_t *panel = to;
  for (size_t i = 0; i < count * NR; i += VEC_WIDTH)
    vec_store_bfloat16(panel + i, vec_load(steps + i));
  return panel + count * NR;
}
