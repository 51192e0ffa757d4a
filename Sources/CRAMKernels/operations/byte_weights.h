// How weights become bytes, for kernels that pack them and for files that hold them: the same bytes.

#ifndef RAMK_BYTE_WEIGHTS_H
#define RAMK_BYTE_WEIGHTS_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

/// What a row of weights is measured in, so that the largest becomes ±127; NaN where one of them is not
/// finite.
static inline float ramk_weight_scale(size_t k, const float *w) {
  float greatest = 0, flaw = 0;
  for (size_t p = 0; p < k; p++) {
    greatest = fabsf(w[p]) > greatest ? fabsf(w[p]) : greatest;
    flaw += w[p] * 0;
  }
  return greatest / 127 + flaw;
}

/// What numbers are multiplied with to become bytes: 0 for those so small that their scale is denormal,
/// and for a scale that is no number.
static inline float ramk_inverse_scale(float scale) { return scale >= FLT_MIN ? 1 / scale : 0; }

/// The bytes of weights, ties to even.
static inline void ramk_weight_bytes(size_t k, const float *w, float scale, int8_t *bytes) {
  const float inverse = ramk_inverse_scale(scale);
  for (size_t p = 0; p < k; p++) {
    const float x = w[p] * inverse;
    const float inside = x > 127 ? 127 : x >= -127 ? x : -127;  // a NaN is -127
    bytes[p] = (int8_t)rintf(inside);
  }
}

#endif
