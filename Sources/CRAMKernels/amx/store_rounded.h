// Rounding by AVX-512 BF16, which every CPU with AMX has: to be included inside of the target attribute.

/// The first `n` of a vector as bfloat16 numbers.
VEC_INLINE void store_rounded(uint16_t *to, size_t n, vec x) {
  const __m256i rounded = (__m256i)_mm512_cvtneps_pbh(x);
  if (n == VEC_WIDTH) _mm256_storeu_si256((__m256i *)to, rounded);
  else _mm256_mask_storeu_epi16(to, vec_mask_first(n), rounded);
}
