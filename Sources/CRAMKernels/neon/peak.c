// The peak of FMLA on q registers: 2 to 4 a cycle, 4 cycles each.

#if defined(__aarch64__)

#include "neon/vector.h"
#include "operations/peak.h"

enum { SUMS = 12 };  // of two registers; there are 32

#include "operations/peak_float32.h"
#include "operations/peak_turn.h"

const ramk_peak_kernel ramk_peak_float32_neon = {.turn = turn};
const ramk_peak_kernel ramk_peak_bfloat16_neon = {.turn = turn};

#endif
