// The matrix product in bfloat16 for AVX-512 BF16: 14 rows x 32 columns of sums in registers, two
// steps of k at a time.
//
// | instruction           | Zen 4     | Zen 5     | Intel since Sapphire Rapids   |
// | vdpbf16ps zmm         | 1 a cycle | 2 a cycle | 1 in 2 cycles (see decode.c)  |
// | vpbroadcastd zmm, m32 | 2 a cycle | 2 a cycle | 2 a cycle                     |
// A pair of steps is bound by its 28 dot products, which take denormals for zero.

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

typedef uint32_t strip_element, panel_element;  // two steps, the first in the lower half
typedef const strip_element *strip_rows;
typedef __m512bh lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) { return (lanes)_mm512_loadu_si512(x); }
VEC_INLINE strip_rows load_strip(const strip_element *x) { return x; }
VEC_INLINE lanes spread(strip_rows rows, size_t i) {
  return (lanes)_mm512_set1_epi32((int)rows[i]);
}
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) { return _mm512_dpbf16_ps(sum, a, b); }

VEC_INLINE void *encode(const size_t width, size_t count, const float *steps, void *to) {
  float *pairs = to;
  for (size_t p = 0; p < count; p += UNIT, pairs += width)
    for (size_t i = 0; i < width; i += VEC_WIDTH) {
      const size_t lanes_left = ramk_minimum(VEC_WIDTH, width - i);
      const vec first = vec_load_first(steps + p * width + i, lanes_left);
      const vec second =
        p + 1 < count ? vec_load_first(steps + (p + 1) * width + i, lanes_left) : vec_set(0);
      vec_store_first(pairs + i, lanes_left, pair(first, second));
    }
  return pairs;
}

VEC_INLINE void *encode_strip(size_t count, const float *steps, void *to) {
  return encode(MR, count, steps, to);
}

VEC_INLINE void *encode_panel(size_t count, const float *steps, void *to) {
  return encode(NR, count, steps, to);
}

#include "operations/gemm_tile.h"
#include "operations/pack_transposed.h"
#include "operations/pack_strips_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"

RAMK_AVX512_BF16_END

const ramk_gemm_kernel ramk_gemm_bfloat16_avx512_bf16 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC_PAIRS, .nc = NC,
  .unit = UNIT, .strip_bytes = sizeof(strip_element) / UNIT,
  .panel_bytes = sizeof(panel_element) / UNIT,
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .tile = tile, .gelu = ramk_gelu_float32_avx512,
};

#endif
