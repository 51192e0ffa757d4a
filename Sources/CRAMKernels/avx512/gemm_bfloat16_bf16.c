// The matrix product in bfloat16 for AVX-512 BF16: 12 rows x 32 columns of sums in registers, two
// steps of k at a time.
//
// | instruction           | Zen 4     | Zen 5     | Intel since Sapphire Rapids   |
// | vdpbf16ps zmm         | 1 a cycle | 2 a cycle | 1 in 2 cycles (see decode.c)  |
// | vpbroadcastd zmm, m32 | 2 a cycle | 2 a cycle | 2 a cycle                     |
// A pair of steps is bound by its 24 dot products, which take denormals for zero. Rows are packed as
// they lie, in bfloat16, line by line: two of its numbers are what a lane takes.

#if defined(__x86_64__)

#include "avx512/gelu.h"
#include "avx512/blocking.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <string.h>

#define UNROLL 2

RAMK_AVX512_BF16_BEGIN

#include "avx2/pack.h"
#include "avx512/pair.h"

enum { UNIT = 2, STEPS = 64 };

typedef uint32_t row_unit, panel_element;  // two steps, the first in the lower half
typedef __m512bh lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) { return (lanes)_mm512_loadu_si512(x); }
VEC_INLINE lanes spread_unit(row_unit x) { return (lanes)_mm512_set1_epi32((int)x); }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) { return _mm512_dpbf16_ps(sum, a, b); }
VEC_INLINE void settle(const size_t rows, vec sum[MR][2], const row_unit *a,
                       const panel_element *b) {
  (void)rows, (void)sum, (void)a, (void)b;  // they are floats
}

#include "operations/strip_lines.h"
#include "avx512/pack_lines.h"
#include "operations/gemm_tile_lines.h"
#include "operations/gemm_tile_rounded.h"

// As finish_tile, rounded: a row of the tile is a line.
VEC_INLINE void finish_rounded(const size_t rows, vec sum[MR][2], const ramk_gemm_tile *tile) {
  const ramk_gemm_tile t = *tile;
  const size_t low = ramk_minimum(VEC_WIDTH, t.columns), high = t.columns - low;
  const __mmask32 columns = first_halves(t.columns);
  vec bias[2] = {vec_set(0), vec_set(0)};
  if (t.bias) {
    bias[0] = vec_load_first(t.bias, low);
    bias[1] = vec_load_first(t.bias + VEC_WIDTH, high);
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
    vec left = sum[i][0] + bias[0], right = sum[i][1] + bias[1];
    if (t.add) {
      left += vec_load_first(t.add + i * t.add_stride, low);
      right += vec_load_first(t.add + i * t.add_stride + VEC_WIDTH, high);
    }
    _mm512_mask_storeu_epi16(t.rounded_out + i * t.rounded_out_stride, columns,
                             narrow(vec_relu(left, t.activation), vec_relu(right, t.activation)));
  }
}

VEC_INLINE void finish(const size_t rows, vec sum[MR][2], const ramk_gemm_tile *t) {
  if (t->rounded_out) finish_rounded(rows, sum, t);
  else finish_tile(rows, sum, t);
}

VEC_INLINE void *encode_panel(size_t count, const float *steps, void *to) {
  float *pairs = to;
  for (size_t p = 0; p < count; p += UNIT, pairs += NR)
    for (size_t j = 0; j < NR; j += VEC_WIDTH) {
      const vec first = vec_load(steps + p * NR + j);
      const vec second = p + 1 < count ? vec_load(steps + (p + 1) * NR + j) : vec_set(0);
      vec_store(pairs + j, pair(first, second));
    }
  return pairs;
}

#include "operations/pack_transposed.h"
#include "operations/pack_panels_bfloat16.h"

RAMK_AVX512_BF16_END

const ramk_gemm_kernel ramk_gemm_bfloat16_avx512_bf16 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC_PAIRS, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = LINE_STEPS, .strip_bytes = sizeof(row_unit) / UNIT,
  .strips_are_bfloat16 = true,
  .panel_bytes = sizeof(panel_element) / UNIT,
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .tile = tile, .tile_rounded = tile_rounded, .rounds_tiles = true,
  .gelu = ramk_gelu_narrow_avx512, .round = ramk_round_rows_avx512_bf16,
};

#endif
