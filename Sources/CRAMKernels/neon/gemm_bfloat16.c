// The matrix product in bfloat16 without the instructions for it: 6 rows x 16 columns of sums in
// registers, and weights widened as they are loaded: 4 instructions (SHLL, SHLL2) for 24 FMLA, all
// for one pipe of two or two of four. llvm-mca 19 models a step at 14.5 cycles on Neoverse N1 and N2,
// 7.5 on V1 and V2. Not measured yet on a CPU.

#if defined(__aarch64__)

#include "neon/gelu.h"
#include "neon/blocking.h"
#include "neon/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#define UNROLL 2

#include "neon/pack.h"
#include "operations/bfloat16.h"
#include "operations/gemm_tile_bfloat16.h"
#include "neon/gemm_strip.h"
#include "operations/gemm_tile.h"
#include "operations/pack_transposed.h"
#include "operations/pack_strips_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"

enum { CHUNK = KC_WIDENED };

#include "operations/pack_rounded_strip.h"

const ramk_gemm_kernel ramk_gemm_bfloat16_neon = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC_WIDENED, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(strip_element), .panel_bytes = sizeof(panel_element),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .tile = tile, .gelu = ramk_gelu_narrow_neon, .round = ramk_round_rows_neon,
};

#endif
