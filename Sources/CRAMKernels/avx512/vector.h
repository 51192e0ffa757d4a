// Sixteen floats in a zmm register, under the names that row kernels are written over.

#ifndef RAMK_AVX512_VECTOR_H
#define RAMK_AVX512_VECTOR_H

#include "avx512/target.h"

#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>

#define VEC_WIDTH 16
#define VEC_INLINE static inline __attribute__((always_inline))

typedef __m512 vec;
typedef int32_t vec_int __attribute__((vector_size(64)));

RAMK_AVX512_BEGIN

VEC_INLINE vec vec_set(float x) { return _mm512_set1_ps(x); }
VEC_INLINE vec vec_load(const float *x) { return _mm512_loadu_ps(x); }
VEC_INLINE void vec_store(float *x, vec v) { _mm512_storeu_ps(x, v); }

VEC_INLINE __mmask16 vec_mask_first(size_t n) { return (__mmask16)((1u << n) - 1); }

/// The first `n` lanes, 0 <= n <= VEC_WIDTH, and zeros; nothing beyond them is read.
VEC_INLINE vec vec_load_first(const float *x, size_t n) {
  return _mm512_maskz_loadu_ps(vec_mask_first(n), x);
}

/// Writes the first `n` lanes, and nothing beyond them.
VEC_INLINE void vec_store_first(float *x, size_t n, vec v) {
  _mm512_mask_storeu_ps(x, vec_mask_first(n), v);
}

/// a · b + c, rounded once.
VEC_INLINE vec vec_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }

/// a > b ? a : b, lane by lane: b where one of them is NaN.
VEC_INLINE vec vec_max(vec a, vec b) { return _mm512_max_ps(a, b); }

/// a < b ? a : b, lane by lane: b where one of them is NaN.
VEC_INLINE vec vec_min(vec a, vec b) { return _mm512_min_ps(a, b); }

RAMK_AVX512_END

#endif
