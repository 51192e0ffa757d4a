// The peak of BFMMLA: 2 to 4 a cycle, 5 or 6 cycles each.

#if defined(__aarch64__)

#include "neon/target.h"
#include "neon/vector.h"
#include "operations/peak.h"

enum { SUMS = 12 };  // of two registers; there are 32

RAMK_NEON_BF16_BEGIN

typedef bfloat16x8_t operand;

VEC_INLINE operand ones(float one) {
  const float32x4_t four = vdupq_n_f32(one);
  return vcvtq_high_bf16_f32(vcvtq_low_bf16_f32(four), four);
}

VEC_INLINE vec step(vec sum, operand x) {
  return vec_of(vbfmmlaq_f32(vec_low(sum), x, x), vbfmmlaq_f32(vec_high(sum), x, x));
}
VEC_INLINE vec counted(vec sum) { return sum; }

#include "operations/peak_turn.h"

RAMK_NEON_BF16_END

const ramk_peak_kernel ramk_peak_bfloat16_neon_bf16 = {.turn = turn};

#endif
