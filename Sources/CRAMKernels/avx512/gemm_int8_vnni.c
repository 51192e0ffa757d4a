// The matrix product in int8 for AVX-512 VNNI: 14 rows x 32 columns of sums in registers, four steps of
// k at a time.
//
// | instruction           | Zen 4     | Zen 5     | Intel since Cascade Lake |
// | vpdpbusd zmm          | 1 a cycle | 2 a cycle | 2 a cycle                |
// | vpbroadcastd zmm, m32 | 2 a cycle | 2 a cycle | 2 a cycle                |
// Four steps are bound by their 28 dot products.

#if defined(__x86_64__)

#define RAMK_BLOCKING_OF_BYTES

#include "avx512/gelu.h"
#include "avx512/blocking.h"
#include "avx512/vector.h"
#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <math.h>
#include <string.h>

#define UNROLL 2

RAMK_AVX512_VNNI_BEGIN

#include "operations/vector_math.h"

enum { UNIT = 4, PANEL_STEPS = UNIT, ROW_OFFSET = 0 };

typedef uint8_t row_step;
typedef uint32_t row_unit, panel_element;  // four steps, the first in the lowest byte
typedef __m512i lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) { return _mm512_loadu_si512(x); }
VEC_INLINE lanes spread_unit(row_unit x) { return _mm512_set1_epi32((int)x); }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) {
  return (vec)_mm512_dpbusd_epi32((__m512i)sum, a, b);
}

#include "operations/pack_int8.h"
#include "operations/gemm_tile_int8.h"

RAMK_AVX512_VNNI_END

const ramk_gemm_kernel ramk_gemm_int8_avx512_vnni = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = LINE_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .tile = tile, .gelu = ramk_gelu_narrow_avx512,
};

#endif
