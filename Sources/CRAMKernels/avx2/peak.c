// The peak of vfmadd231ps on ymm registers: 2 a cycle, 4 or 5 cycles each.

#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/peak.h"

enum { SUMS = 12 };  // of 16 registers

RAMK_AVX2_BEGIN

#include "operations/peak_float32.h"
#include "operations/peak_turn.h"

RAMK_AVX2_END

const ramk_peak_kernel ramk_peak_float32_avx2 = {.turn = turn};
const ramk_peak_kernel ramk_peak_bfloat16_avx2 = {.turn = turn};

#endif
