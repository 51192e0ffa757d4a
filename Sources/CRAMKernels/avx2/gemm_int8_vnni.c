// The matrix product in int8 for AVX-VNNI: 6 rows x 16 columns of sums in registers, four steps of k
// at a time.
//
// | instruction           | Zen 5     | Alder Lake's large cores | its small ones |
// | vpdpbusd ymm          | 2 a cycle | 2 a cycle                | 1 a cycle      |
// | vpbroadcastd ymm, m32 | 2 a cycle | 3 a cycle                | 2 a cycle      |
// Four steps are bound by their 12 dot products.

#if defined(__x86_64__)

#include "avx2/gelu.h"
#include "avx2/blocking.h"
#include "avx2/vector.h"
#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <math.h>
#include <string.h>

#define UNROLL 4

RAMK_AVX2_VNNI_BEGIN

#include "operations/vector_math.h"

enum { UNIT = 4, PANEL_STEPS = UNIT, ROW_OFFSET = 0 };

typedef uint8_t row_step;
typedef uint32_t row_unit, panel_element;  // four steps, the first in the lowest byte
typedef __m256i lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) {
  return _mm256_loadu_si256((const __m256i *)x);
}
VEC_INLINE lanes spread_unit(row_unit x) { return _mm256_set1_epi32((int)x); }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) {
  return (vec)_mm256_dpbusd_avx_epi32((__m256i)sum, a, b);
}

#include "operations/pack_int8.h"
#include "operations/gemm_tile_int8.h"

RAMK_AVX2_VNNI_END

const ramk_gemm_kernel ramk_gemm_int8_avx2_vnni = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = LINE_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .tile = tile, .gelu = ramk_gelu_narrow_avx2,
};

#endif
