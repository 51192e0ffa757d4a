// The matrix product in float32, in portable C.

#include "generic/gelu.h"
#include "generic/blocking.h"
#include "generic/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#define UNROLL 1

#include "generic/pack.h"
#include "operations/gemm_tile_float32.h"
#include "operations/gemm_strip.h"
#include "operations/gemm_tile.h"
#include "operations/gemm_tile_unpacked.h"
#include "operations/pack_transposed.h"
#include "operations/pack_float32.h"

const ramk_gemm_kernel ramk_gemm_float32_generic = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(strip_element), .panel_bytes = sizeof(panel_element),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .tile = tile, .tile_unpacked = tile_unpacked, .gelu = ramk_gelu_generic,
};
