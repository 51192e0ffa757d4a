// The matrix product of gemm_bfloat16.c on tiles in plain C: the same logic on any CPU, for tests.

#define RAMK_EMULATES_TILES

#include "amx/blocking.h"
#include "amx/tiles.h"
#include "generic/gelu.h"
#include "generic/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include "generic/pack.h"
#include "operations/bfloat16.h"
#include "operations/pack_transposed.h"

VEC_INLINE vec pair(vec first, vec second) { return vec_pair_bfloat16(first, second); }

VEC_INLINE void encode_row(size_t count, const float *from, void *to) {
  float row[RAMK_TILE_ROW_BYTES / sizeof(uint16_t)] = {0};
  memcpy(row, from, count * sizeof(float));
  for (size_t i = 0; i < sizeof row / sizeof row[0]; i += VEC_WIDTH)
    vec_store_bfloat16((uint16_t *)to + i, vec_load(row + i));
}

#include "amx/gemm_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"

enum { CHUNK = KC };

#include "operations/pack_rounded_strip.h"

const ramk_gemm_kernel ramk_gemm_bfloat16_amx_emulated = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(uint16_t), .panel_bytes = sizeof(uint16_t),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .tile = tile, .gelu = ramk_gelu_narrow_generic, .round = ramk_round_rows_generic,
};
