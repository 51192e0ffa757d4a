// The matrix product in int8 by SDOT: 6 rows x 16 columns of sums in registers, four steps of k at a
// time, for cores without I8MM (Cortex-A76, Neoverse N1, Apple's M1): SDOT multiplies signed bytes, so
// 128 is taken off rows, and the columns' totals bring it back.
//
// | instruction | Neoverse N1, Cortex-A76 |
// | sdot q      | 2 a cycle               |
// | ld1r q      | 2 a cycle               |
// Four steps are 24 SDOT, 6 loads into every lane and 4 of the panel. Not measured yet on a CPU.

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

RAMK_NEON_DOTPROD_BEGIN

enum { ROW_OFFSET = 128 };

typedef int8_t row_step;

VEC_INLINE int32x4_t dot_bytes(int32x4_t sum, int8x16_t a, int8x16_t b) {
  return vdotq_s32(sum, a, b);
}

#include "neon/gemm_int8.h"

RAMK_NEON_DOTPROD_END

const ramk_gemm_kernel ramk_gemm_int8_neon_dotprod = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = LINE_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .tile = tile, .gelu = ramk_gelu_narrow_neon,
};

#endif
