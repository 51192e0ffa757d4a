// The peak of tiles in plain C, where it counts what peak.c does: for tests.

#define RAMK_EMULATES_TILES

#include "amx/tiles.h"
#include "operations/peak.h"

enum { STEPS = 4 };

#include "amx/peak_bfloat16.h"

const ramk_peak_kernel ramk_peak_bfloat16_amx_emulated = {.turn = turn};
