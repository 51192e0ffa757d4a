// Eight floats in two q registers, under the names that row kernels are written over. Two, because
// cores have two to four pipes of 128 bits that take 4 cycles for a multiply-add: with one register
// to a name, sums would wait for each other. Every 64-bit Arm CPU has these instructions.

#ifndef RAMK_NEON_VECTOR_H
#define RAMK_NEON_VECTOR_H

#include <arm_neon.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define VEC_WIDTH 8
#define VEC_INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((vector_size(32)));
typedef int32_t vec_int __attribute__((vector_size(32)));

VEC_INLINE vec vec_of(float32x4_t low, float32x4_t high) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

VEC_INLINE float32x4_t vec_low(vec v) { return __builtin_shufflevector(v, v, 0, 1, 2, 3); }
VEC_INLINE float32x4_t vec_high(vec v) { return __builtin_shufflevector(v, v, 4, 5, 6, 7); }

VEC_INLINE vec vec_set(float x) { return vec_of(vdupq_n_f32(x), vdupq_n_f32(x)); }
VEC_INLINE vec vec_load(const float *x) { return vec_of(vld1q_f32(x), vld1q_f32(x + 4)); }

VEC_INLINE void vec_store(float *x, vec v) {
  vst1q_f32(x, vec_low(v));
  vst1q_f32(x + 4, vec_high(v));
}

/// The first `n` lanes of half a vector, 0 <= n <= 4, and zeros.
VEC_INLINE float32x4_t vec_load_half(const float *x, size_t n) {
  const float32x4_t none = vdupq_n_f32(0);
  switch (n) {
    case 0: return none;
    case 1: return vld1q_lane_f32(x, none, 0);
    case 2: return vcombine_f32(vld1_f32(x), vdup_n_f32(0));
    case 3: return vld1q_lane_f32(x + 2, vcombine_f32(vld1_f32(x), vdup_n_f32(0)), 2);
    default: return vld1q_f32(x);
  }
}

VEC_INLINE void vec_store_half(float *x, size_t n, float32x4_t v) {
  switch (n) {
    case 0: break;
    case 1: vst1q_lane_f32(x, v, 0); break;
    case 3: vst1q_lane_f32(x + 2, v, 2);  // and the two before it
      __attribute__((fallthrough));
    case 2: vst1_f32(x, vget_low_f32(v)); break;
    default: vst1q_f32(x, v); break;
  }
}

/// The first `n` lanes, 0 <= n <= VEC_WIDTH, and zeros; nothing beyond them is read.
VEC_INLINE vec vec_load_first(const float *x, size_t n) {
  if (n < 4) return vec_of(vec_load_half(x, n), vdupq_n_f32(0));
  return vec_of(vld1q_f32(x), vec_load_half(x + 4, n - 4));
}

/// Writes the first `n` lanes, and nothing beyond them.
VEC_INLINE void vec_store_first(float *x, size_t n, vec v) {
  if (n < 4) {
    vec_store_half(x, n, vec_low(v));
    return;
  }
  vst1q_f32(x, vec_low(v));
  vec_store_half(x + 4, n - 4, vec_high(v));
}

/// a · b + c, rounded once.
VEC_INLINE vec vec_fma(vec a, vec b, vec c) { return __builtin_elementwise_fma(a, b, c); }

VEC_INLINE vec vec_select(vec_int mask, vec a, vec b) {
  return (vec)((mask & (vec_int)a) | (~mask & (vec_int)b));
}

/// a > b ? a : b, lane by lane: b where one of them is NaN, which FMAX and FMAXNM answer otherwise.
VEC_INLINE vec vec_max(vec a, vec b) { return vec_select(a > b, a, b); }

/// a < b ? a : b, lane by lane: b where one of them is NaN.
VEC_INLINE vec vec_min(vec a, vec b) { return vec_select(a < b, a, b); }

#endif
