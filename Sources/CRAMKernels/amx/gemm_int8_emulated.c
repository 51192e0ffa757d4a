// The matrix product of gemm_int8.c on tiles in plain C: the same logic on any CPU, for tests.

#define RAMK_EMULATES_TILES

#include "amx/blocking.h"
#include "amx/tiles.h"
#include "generic/vector.h"
#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <math.h>

#include "operations/bfloat16.h"
#include "operations/vector_math.h"

enum { UNIT = 4, PANEL_STEPS = 64, ROW_OFFSET = 0 };

typedef uint8_t row_step;
typedef uint32_t row_unit, panel_element;  // four steps, the first in the lowest byte

#include "operations/pack_int8.h"
#include "operations/settled_int8.h"

VEC_INLINE vec gelu(vec x) { return vec_gelu_narrow(x); }

#include "amx/store_rounded_emulated.h"
#include "amx/gemm_int8.h"

const ramk_gemm_kernel ramk_gemm_int8_amx_emulated = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = PANEL_STEPS, .turn = TURN_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .begin = begin, .end = end, .tile = tile, .rounds_tiles = true,
};
