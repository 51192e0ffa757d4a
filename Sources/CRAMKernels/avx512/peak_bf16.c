// The peak of vdpbf16ps on zmm registers: 1 or 2 a cycle, 6 to 10 cycles each.

#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/peak.h"

enum { SUMS = 24 };  // of 32 registers

RAMK_AVX512_BF16_BEGIN

typedef __m512bh operand;

VEC_INLINE operand ones(float one) { return _mm512_cvtne2ps_pbh(vec_set(one), vec_set(one)); }
VEC_INLINE vec step(vec sum, operand x) { return _mm512_dpbf16_ps(sum, x, x); }
VEC_INLINE vec counted(vec sum) { return sum; }

#include "operations/peak_turn.h"

RAMK_AVX512_BF16_END

const ramk_peak_kernel ramk_peak_bfloat16_avx512_bf16 = {.turn = turn};

#endif
