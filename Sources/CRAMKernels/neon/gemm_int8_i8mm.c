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

enum { ROW_OFFSET = 0 };

typedef uint8_t row_step;

VEC_INLINE int32x4_t dot_bytes(int32x4_t sum, int8x16_t a, int8x16_t b) {
  return vusdotq_s32(sum, vreinterpretq_u8_s8(a), b);
}

#include "neon/gemm_int8.h"

RAMK_NEON_I8MM_END

const ramk_gemm_kernel ramk_gemm_int8_neon_i8mm = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = LINE_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .tile = tile, .gelu = ramk_gelu_narrow_neon,
};

#endif
