// Rounding to bfloat16 over an implementation's vectors: to be included behind its `vector.h`,
// inside of its target attribute.

typedef uint32_t vec_bits __attribute__((vector_size(sizeof(vec))));
typedef uint16_t vec_half __attribute__((vector_size(sizeof(vec) / 2)));

/// The nearest bfloat16, ties to even, in the upper half of each lane; a NaN stays one.
VEC_INLINE vec_bits vec_round_bfloat16(vec x) {
  const vec_bits bits = (vec_bits)x, nan = (vec_bits)(x != x);
  const vec_bits rounded = bits + 0x7fff + ((bits >> 16) & 1);
  return ((rounded & ~nan) | ((bits | 0x400000) & nan)) & 0xffff0000;
}

/// Two steps of each column in one lane, the first of them in its lower half.
VEC_INLINE vec vec_pair_bfloat16(vec first, vec second) {
  return (vec)((vec_round_bfloat16(first) >> 16) | vec_round_bfloat16(second));
}

/// VEC_WIDTH bfloat16 numbers as floats.
VEC_INLINE vec vec_load_bfloat16(const uint16_t *x) {
  vec_half halves;
  memcpy(&halves, x, sizeof halves);
  return (vec)(__builtin_convertvector(halves, vec_bits) << 16);
}

/// VEC_WIDTH floats as bfloat16 numbers.
VEC_INLINE void vec_store_bfloat16(uint16_t *x, vec v) {
  const vec_half halves = __builtin_convertvector(vec_round_bfloat16(v) >> 16, vec_half);
  memcpy(x, &halves, sizeof halves);
}
