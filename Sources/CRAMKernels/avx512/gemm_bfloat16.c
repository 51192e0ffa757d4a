// The matrix product in bfloat16 for AVX-512 without its BF16: 12 rows x 32 columns of sums in
// registers, and weights widened as they are loaded: 2 instructions a vector of the panel, for
// 12 multiply-adds.

#if defined(__x86_64__)

#include "avx512/gelu.h"
#include "avx512/blocking.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <string.h>

#define UNROLL 2

RAMK_AVX512_BEGIN

#include "avx2/pack.h"
#include "operations/bfloat16.h"
#include "operations/gemm_tile_bfloat16.h"
#include "operations/gemm_strip.h"
#include "operations/gemm_tile.h"
#include "operations/pack_transposed.h"
#include "operations/pack_strips_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"

enum { CHUNK = KC_WIDENED };

#include "operations/pack_rounded_strip.h"

RAMK_AVX512_END

const ramk_gemm_kernel ramk_gemm_bfloat16_avx512 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC_WIDENED, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(strip_element), .panel_bytes = sizeof(panel_element),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .tile = tile, .gelu = ramk_gelu_narrow_avx512, .round = ramk_round_rows_avx512,
};

#endif
