// What store_rounded.h does, by the generic rounding: to be included behind `bfloat16.h`.

/// The first `n` of a vector as bfloat16 numbers.
VEC_INLINE void store_rounded(uint16_t *to, size_t n, vec x) {
  uint16_t rounded[VEC_WIDTH];
  vec_store_bfloat16(rounded, x);
  memcpy(to, rounded, n * sizeof *to);
}
