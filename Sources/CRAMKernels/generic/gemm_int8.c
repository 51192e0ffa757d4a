// The matrix product in int8, in portable C: a step of k at a time, in 32-bit integers.

#include "generic/gelu.h"
#include "generic/blocking.h"
#include "generic/vector.h"
#include "operations/byte_weights.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <math.h>

#define UNROLL 1

#include "operations/vector_math.h"

enum { UNIT = 1, PANEL_STEPS = UNIT, ROW_OFFSET = 0 };

typedef uint32_t row_step, row_unit;
typedef int8_t panel_element;
typedef vec_int lanes;
typedef int8_t byte_lanes __attribute__((vector_size(VEC_WIDTH)));

VEC_INLINE lanes load_lanes(const panel_element *x) {
  byte_lanes bytes;
  memcpy(&bytes, x, sizeof bytes);
  return __builtin_convertvector(bytes, lanes);
}
VEC_INLINE lanes spread_unit(row_unit x) { return (lanes)vec_set(0) + (int32_t)x; }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) { return (vec)((vec_int)sum + a * b); }

#include "operations/pack_int8.h"
#include "operations/gemm_tile_int8.h"

const ramk_gemm_kernel ramk_gemm_int8_generic = {
  .mr = MR, .nr = NR, .mc = MC, .kc = CHUNK, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_unit = LINE_STEPS,
  .strip_bytes = sizeof(row_step), .strip_extra = MR * sizeof(row_scale),
  .panel_bytes = sizeof(int8_t), .panel_extra = sizeof(panel_scales),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_bytes = pack_bytes,
  .tile = tile, .gelu = ramk_gelu_narrow_generic,
};
