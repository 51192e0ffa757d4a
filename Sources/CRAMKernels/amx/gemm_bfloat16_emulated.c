// The matrix product of gemm_bfloat16.c on tiles in plain C: the same logic on any CPU, for tests.

#define RAMK_EMULATES_TILES

#include "amx/blocking.h"
#include "amx/tiles.h"
#include "generic/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include "generic/pack.h"
#include "operations/bfloat16.h"
#include "operations/pack_transposed.h"
#include "operations/vector_math.h"

VEC_INLINE vec pair(vec first, vec second) { return vec_pair_bfloat16(first, second); }
VEC_INLINE vec gelu(vec x) { return vec_gelu_narrow(x); }

#include "amx/store_rounded_emulated.h"
#include "amx/gemm_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"
#include "operations/strip_lines.h"

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  for (size_t i = 0; i < rows; i += MR, packed = end_of_strip(packed, k))
    for (size_t row = 0; row < ramk_minimum(MR, rows - i); row++)
      for (size_t p = 0; p < k; p += UNIT) {
        float line[UNIT] = {0};
        memcpy(line, x + (i + row) * x_stride + p, ramk_minimum(UNIT, k - p) * sizeof *line);
        for (size_t step = 0; step < UNIT; step += VEC_WIDTH)
          store_rounded(line_of(packed, row, p)->steps + step, VEC_WIDTH, vec_load(line + step));
      }
}

static void pack_rounded_strip(size_t rows, size_t k, const uint16_t *x, size_t x_stride,
                               void *packed) {
  for (size_t row = 0; row < rows; row++)
    for (size_t p = 0; p < k; p += UNIT) {
      row_unit line = {{0}};
      memcpy(&line, x + row * x_stride + p, ramk_minimum(UNIT, k - p) * sizeof *x);
      *line_of(packed, row, p) = line;
    }
}

const ramk_gemm_kernel ramk_gemm_bfloat16_amx_emulated = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = UNIT, .strip_bytes = sizeof(uint16_t), .strips_are_bfloat16 = true,
  .panel_bytes = sizeof(uint16_t),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .begin = begin, .end = end, .tile = tile, .rounds_tiles = true,
  .round = ramk_round_rows_generic,
};
