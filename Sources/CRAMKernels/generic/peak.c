// The peak of portable multiply-adds: two instructions where the architecture's least has no fused
// one.

#include "generic/vector.h"
#include "operations/peak.h"

#if defined(__aarch64__)
enum { SUMS = 24 };  // of 32 registers; Apple's cores have 4 units of 4 cycles
#else
enum { SUMS = 12 };  // of 16 registers; 2 units of 4 cycles
#endif

#include "operations/peak_float32.h"
#include "operations/peak_turn.h"

const ramk_peak_kernel ramk_peak_float32_generic = {.turn = turn};
const ramk_peak_kernel ramk_peak_bfloat16_generic = {.turn = turn};
