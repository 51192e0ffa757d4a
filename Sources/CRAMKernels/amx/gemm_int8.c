// The matrix product in int8 on the tiles of AMX: twice the multiply-adds of bfloat16 on them.

#if defined(__x86_64__)

#include "amx/blocking.h"
#include "amx/target.h"
#include "amx/tiles.h"
#include "avx512/vector.h"
#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <math.h>

RAMK_AMX_INT8_BEGIN

#include "operations/vector_math.h"

enum { UNIT = 4, PANEL_STEPS = 64, ROW_OFFSET = 0 };

typedef uint8_t row_step;
typedef uint32_t row_unit, panel_element;  // four steps, the first in the lowest byte

#include "operations/pack_int8.h"
#include "operations/settled_int8.h"
#include "avx512/gelu_by_parts.h"

VEC_INLINE vec gelu(vec x) { return gelu_by_parts(x); }

#include "amx/store_rounded.h"
#include "amx/gemm_int8.h"

RAMK_AMX_INT8_END

const ramk_gemm_kernel ramk_gemm_int8_amx = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = PANEL_STEPS, .turn = TURN_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .begin = begin, .end = end, .tile = tile, .rounds_tiles = true,
};

#endif
