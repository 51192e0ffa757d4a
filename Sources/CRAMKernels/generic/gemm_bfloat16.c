// The matrix product in bfloat16, in portable C: weights are widened as they are loaded.

#include "generic/gelu.h"
#include "generic/blocking.h"
#include "generic/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#define UNROLL 1

#include "generic/pack.h"
#include "operations/bfloat16.h"
#include "operations/gemm_tile_bfloat16.h"
#include "operations/gemm_strip.h"
#include "operations/gemm_tile.h"
#include "operations/pack_transposed.h"
#include "operations/pack_strips_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"

enum { CHUNK = KC };

#include "operations/pack_rounded_strip.h"

const ramk_gemm_kernel ramk_gemm_bfloat16_generic = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(strip_element), .panel_bytes = sizeof(panel_element),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .tile = tile, .gelu = ramk_gelu_narrow_generic, .round = ramk_round_rows_generic,
};
