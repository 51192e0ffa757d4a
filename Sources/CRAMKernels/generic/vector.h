// Four floats in the compiler's own vector type: what row kernels are written over where no hand
// has chosen instructions. Every implementation has a `vector.h` with these names.

#ifndef RAMK_GENERIC_VECTOR_H
#define RAMK_GENERIC_VECTOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VEC_WIDTH 4
#define VEC_INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((vector_size(16)));
typedef int32_t vec_int __attribute__((vector_size(16)));

VEC_INLINE vec vec_set(float x) { return (vec){x, x, x, x}; }

VEC_INLINE vec vec_load(const float *x) {
  vec v;
  memcpy(&v, x, sizeof v);
  return v;
}

VEC_INLINE void vec_store(float *x, vec v) { memcpy(x, &v, sizeof v); }

/// The first `n` lanes, 0 < n < VEC_WIDTH, and zeros; nothing beyond them is read.
VEC_INLINE vec vec_load_first(const float *x, size_t n) {
  vec v = vec_set(0);
  for (size_t i = 0; i < n; i++) v[i] = x[i];
  return v;
}

/// Writes the first `n` lanes, and nothing beyond them.
VEC_INLINE void vec_store_first(float *x, size_t n, vec v) {
  for (size_t i = 0; i < n; i++) x[i] = v[i];
}

/// a · b + c, rounded once where the architecture has that instruction, twice where it has not:
/// a call into the C library would be slower by far.
VEC_INLINE vec vec_fma(vec a, vec b, vec c) {
#if defined(__aarch64__) || defined(__FMA__)
  return __builtin_elementwise_fma(a, b, c);
#else
  return a * b + c;
#endif
}

VEC_INLINE vec vec_select(vec_int mask, vec a, vec b) {
  return (vec)((mask & (vec_int)a) | (~mask & (vec_int)b));
}

/// a > b ? a : b, lane by lane: b where one of them is NaN.
VEC_INLINE vec vec_max(vec a, vec b) { return vec_select(a > b, a, b); }

/// a < b ? a : b, lane by lane: b where one of them is NaN.
VEC_INLINE vec vec_min(vec a, vec b) { return vec_select(a < b, a, b); }

#endif
