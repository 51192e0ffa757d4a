// The peak of vfmadd231ps on zmm registers: 1 or 2 a cycle, 4 cycles each.

#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/peak.h"

enum { SUMS = 24 };  // of 32 registers

RAMK_AVX512_BEGIN

#include "operations/peak_float32.h"
#include "operations/peak_turn.h"

RAMK_AVX512_END

const ramk_peak_kernel ramk_peak_float32_avx512 = {.turn = turn};
const ramk_peak_kernel ramk_peak_bfloat16_avx512 = {.turn = turn};

#endif
