// The peak of vpdpbusd on ymm registers: 1 or 2 a cycle, 4 or 5 cycles each.

#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/peak.h"

enum { SUMS = 12 };  // of 16 registers

RAMK_AVX2_VNNI_BEGIN

typedef __m256i operand;

VEC_INLINE operand ones(float one) { return _mm256_set1_epi8((char)one); }
VEC_INLINE vec step(vec sum, operand x) {
  return (vec)_mm256_dpbusd_avx_epi32((__m256i)sum, x, x);
}
VEC_INLINE vec counted(vec sum) { return __builtin_convertvector((vec_int)sum, vec); }

#include "operations/peak_turn.h"

RAMK_AVX2_VNNI_END

const ramk_peak_kernel ramk_peak_int8_avx2_vnni = {.turn = turn};

#endif
