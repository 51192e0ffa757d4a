// Rounding to bfloat16 by AVX-512 BF16: to be included behind `avx512/vector.h`, inside of
// RAMK_AVX512_BF16_BEGIN and _END.

/// 32 floats as bfloat16 numbers, those of `low` first.
VEC_INLINE __m512i narrow(vec low, vec high) {
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/// Two steps of each column in one lane, the first of them in its lower half.
VEC_INLINE vec pair(vec first, vec second) {
  const __m512i order = _mm512_set_epi16(
    31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19,
    3, 18, 2, 17, 1, 16, 0);
  return (vec)_mm512_permutexvar_epi16(order, narrow(first, second));
}
