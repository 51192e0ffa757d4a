// The peak of tdpbusd: 16,384 multiply-adds every 16 cycles.

#if defined(__x86_64__)

#include "amx/target.h"
#include "amx/tiles.h"
#include "operations/peak.h"

enum { STEPS = 1 << 11 };

RAMK_AMX_INT8_BEGIN

#include "amx/peak_int8.h"

RAMK_AMX_INT8_END

const ramk_peak_kernel ramk_peak_int8_amx = {.turn = turn};

#endif
