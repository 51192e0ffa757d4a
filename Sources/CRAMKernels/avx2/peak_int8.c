// The peak of vpmaddwd and vpaddd on ymm registers: 2 a cycle, 3 to 5 cycles and 1.

#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/peak.h"

enum { SUMS = 12 };  // of 16 registers

RAMK_AVX2_BEGIN

typedef __m256i operand;

VEC_INLINE operand ones(float one) { return _mm256_set1_epi16((short)one); }

// The sum, whose upper halves are 0, is a factor, so that no product can be moved out of the loop.
VEC_INLINE vec step(vec sum, operand x) {
  const __m256i two = _mm256_srli_epi32(_mm256_add_epi16(x, x), 16);
  return (vec)_mm256_add_epi32(_mm256_madd_epi16((__m256i)sum, x), two);
}
VEC_INLINE vec counted(vec sum) { return __builtin_convertvector((vec_int)sum, vec); }

#include "operations/peak_turn.h"

RAMK_AVX2_END

const ramk_peak_kernel ramk_peak_int8_avx2 = {.turn = turn};

#endif
