// Eight floats in a ymm register, under the names that row kernels are written over.

#ifndef RAMK_AVX2_VECTOR_H
#define RAMK_AVX2_VECTOR_H

#include "avx2/target.h"

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define VEC_WIDTH 8
#define VEC_INLINE static inline __attribute__((always_inline))

typedef __m256 vec;
typedef int32_t vec_int __attribute__((vector_size(32)));

RAMK_AVX2_BEGIN

VEC_INLINE vec vec_set(float x) { return _mm256_set1_ps(x); }
VEC_INLINE vec vec_load(const float *x) { return _mm256_loadu_ps(x); }
VEC_INLINE void vec_store(float *x, vec v) { _mm256_storeu_ps(x, v); }

VEC_INLINE __m256i vec_mask_first(size_t n) {
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lanes);
}

/// The first `n` lanes, 0 <= n <= VEC_WIDTH, and zeros; nothing beyond them is read.
VEC_INLINE vec vec_load_first(const float *x, size_t n) {
  return _mm256_maskload_ps(x, vec_mask_first(n));
}

/// Writes the first `n` lanes, and nothing beyond them.
VEC_INLINE void vec_store_first(float *x, size_t n, vec v) {
  _mm256_maskstore_ps(x, vec_mask_first(n), v);
}

/// a · b + c, rounded once.
VEC_INLINE vec vec_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }

/// a > b ? a : b, lane by lane: b where one of them is NaN.
VEC_INLINE vec vec_max(vec a, vec b) { return _mm256_max_ps(a, b); }

/// a < b ? a : b, lane by lane: b where one of them is NaN.
VEC_INLINE vec vec_min(vec a, vec b) { return _mm256_min_ps(a, b); }

RAMK_AVX2_END

#endif
