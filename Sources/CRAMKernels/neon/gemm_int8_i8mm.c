// The matrix product in int8 by USDOT: 6 rows x 16 columns of sums in registers, four steps of k at a
// time. (USMMLA would multiply twice as much an instruction, of rows packed in pairs.)
//
// | instruction | Neoverse N2 | Neoverse V1, V2 |
// | usdot q     | 2 a cycle   | 4 a cycle       |
// | ld1r q      | 3 a cycle   | 3 a cycle       |
// Four steps are 24 USDOT, 6 loads into every lane and 4 of the panel. Not measured yet on a CPU.

#if defined(__aarch64__)

#include "neon/gelu.h"
#include "neon/blocking.h"
#include "neon/target.h"
#include "neon/vector.h"
#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <math.h>

#define UNROLL 2

RAMK_NEON_I8MM_BEGIN

#include "operations/vector_math.h"

enum { UNIT = 4, PANEL_STEPS = UNIT, ROW_OFFSET = 0 };

typedef uint8_t row_step;
typedef uint32_t row_unit, panel_element;  // four steps, the first in the lowest byte
typedef uint32_t lanes __attribute__((vector_size(sizeof(vec))));

VEC_INLINE lanes load_lanes(const panel_element *x) { return (lanes)vec_load((const float *)x); }
VEC_INLINE lanes spread_unit(row_unit x) { return (lanes){0} + x; }

VEC_INLINE int32x4_t dot(float32x4_t sum, float32x4_t a, float32x4_t b) {
  return vusdotq_s32(vreinterpretq_s32_f32(sum), vreinterpretq_u8_f32(a), vreinterpretq_s8_f32(b));
}

VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) {
  const int32x4_t low = dot(vec_low(sum), vec_low((vec)a), vec_low((vec)b));
  const int32x4_t high = dot(vec_high(sum), vec_high((vec)a), vec_high((vec)b));
  return vec_of(vreinterpretq_f32_s32(low), vreinterpretq_f32_s32(high));
}

#include "operations/pack_int8.h"
#include "operations/gemm_tile_int8.h"

RAMK_NEON_I8MM_END

const ramk_gemm_kernel ramk_gemm_int8_neon_i8mm = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = UNIT, .strip_unit = LINE_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .tile = tile, .gelu = ramk_gelu_narrow_neon,
};

#endif
