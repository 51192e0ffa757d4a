// The matrix product in bfloat16 on the tiles of AMX. Every CPU that has them has AVX-512 BF16.

#if defined(__x86_64__)

#include "amx/blocking.h"
#include "amx/target.h"
#include "amx/tiles.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <string.h>

RAMK_AMX_BEGIN

#include "avx2/pack.h"
#include "avx512/gelu_by_parts.h"
#include "avx512/pair.h"
#include "operations/pack_transposed.h"

VEC_INLINE vec gelu(vec x) { return gelu_by_parts(x); }

#include "amx/store_rounded.h"
#include "amx/gemm_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"
#include "operations/strip_lines.h"
#include "avx512/pack_lines.h"

RAMK_AMX_END

const ramk_gemm_kernel ramk_gemm_bfloat16_amx = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = UNIT, .strip_bytes = sizeof(uint16_t), .strips_are_bfloat16 = true,
  .panel_bytes = sizeof(uint16_t),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .begin = begin, .end = end, .tile = tile, .rounds_tiles = true,
  .round = ramk_round_rows_avx512_bf16,
};

#endif
