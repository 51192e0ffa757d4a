// The peak of vpdpbusd on zmm registers: 1 or 2 a cycle, 4 or 5 cycles each.

#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/peak.h"

enum { SUMS = 24 };  // of 32 registers

RAMK_AVX512_VNNI_BEGIN

typedef __m512i operand;

VEC_INLINE operand ones(float one) { return _mm512_set1_epi8((char)one); }
VEC_INLINE vec step(vec sum, operand x) {
  return (vec)_mm512_dpbusd_epi32((__m512i)sum, x, x);
}
VEC_INLINE vec counted(vec sum) { return __builtin_convertvector((vec_int)sum, vec); }

#include "operations/peak_turn.h"

RAMK_AVX512_VNNI_END

const ramk_peak_kernel ramk_peak_int8_avx512_vnni = {.turn = turn};

#endif
