// The peak of USDOT: 2 to 4 a cycle, 3 or 4 cycles each.

#if defined(__aarch64__)

#include "neon/target.h"
#include "neon/vector.h"
#include "operations/peak.h"

enum { SUMS = 12 };  // of two registers; there are 32

RAMK_NEON_I8MM_BEGIN

typedef int8x16_t operand;

VEC_INLINE operand ones(float one) { return vdupq_n_s8((int8_t)one); }

VEC_INLINE float32x4_t dot(float32x4_t sum, operand x) {
  return vreinterpretq_f32_s32(
    vusdotq_s32(vreinterpretq_s32_f32(sum), vreinterpretq_u8_s8(x), x));
}

VEC_INLINE vec step(vec sum, operand x) { return vec_of(dot(vec_low(sum), x), dot(vec_high(sum), x)); }
VEC_INLINE vec counted(vec sum) { return __builtin_convertvector((vec_int)sum, vec); }

#include "operations/peak_turn.h"

RAMK_NEON_I8MM_END

const ramk_peak_kernel ramk_peak_int8_neon_i8mm = {.turn = turn};

#endif
