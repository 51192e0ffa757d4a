// The peak of tiles in plain C, where it counts what peak_int8.c does: for tests.

#define RAMK_EMULATES_TILES

#include "amx/tiles.h"
#include "operations/peak.h"

enum { STEPS = 4 };

#include "amx/peak_int8.h"

const ramk_peak_kernel ramk_peak_int8_amx_emulated = {.turn = turn};
