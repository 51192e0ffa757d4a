// The matrix product in int8 for AVX2 without VNNI: 6 rows x 16 columns of sums in registers, two steps
// of k at a time, in 16 bits.
//
// | instruction            | Zen 2 and later | Intel since Haswell |
// | vpmaddwd ymm           | 2 a cycle       | 2 a cycle           |
// | vpaddd ymm             | 3 or 4 a cycle  | 3 a cycle           |
// | vpmovsxbw ymm, m128    | 1 to 2 a cycle  | 1 a cycle           |
// Two steps are 12 of each of the former and 2 of the last: as many multiply-adds a cycle as in
// float32, from a quarter of the memory. (vpmaddubsw would be twice as fast, but saturates: rows would
// have 7 bits.)

#if defined(__x86_64__)

#include "avx2/gelu.h"
#include "avx2/blocking.h"
#include "avx2/vector.h"
#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <math.h>
#include <string.h>

#define UNROLL 2

RAMK_AVX2_BEGIN

#include "operations/vector_math.h"

enum { UNIT = 2, PANEL_STEPS = UNIT, ROW_OFFSET = 0 };

typedef uint16_t row_step, panel_element;  // of a panel, two bytes: the first is the lower one
typedef uint32_t row_unit;
typedef __m256i lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) {
  return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)x));
}
VEC_INLINE lanes spread_unit(row_unit x) { return _mm256_set1_epi32((int)x); }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) {
  return (vec)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16(a, b));
}

#include "operations/pack_int8.h"
#include "operations/gemm_tile_int8.h"

RAMK_AVX2_END

const ramk_gemm_kernel ramk_gemm_int8_avx2 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = LINE_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .tile = tile, .gelu = ramk_gelu_narrow_avx2,
};

#endif
