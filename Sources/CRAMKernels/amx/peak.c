// The peak of tdpbf16ps: 8,192 multiply-adds every 16 cycles.

#if defined(__x86_64__)

#include "amx/target.h"
#include "amx/tiles.h"
#include "operations/peak.h"

enum { STEPS = 1 << 11 };

RAMK_AMX_BEGIN

#include "amx/peak_bfloat16.h"

RAMK_AMX_END

const ramk_peak_kernel ramk_peak_bfloat16_amx = {.turn = turn};

#endif
