// The matrix product in int8 by dot products of four bytes: to be included inside of the target attribute,
// where these are defined:
//   row_step, ROW_OFFSET     what a step of a row is packed as: see `pack_int8.h`
//   dot_bytes(sum, a, b)     adds four products of each lane's bytes of a row and of a panel

#include "operations/vector_math.h"

enum { UNIT = 4, PANEL_STEPS = UNIT };

typedef uint32_t row_unit, panel_element;  // four steps, the first in the lowest byte
typedef uint32_t lanes __attribute__((vector_size(sizeof(vec))));

VEC_INLINE lanes load_lanes(const panel_element *x) { return (lanes)vec_load((const float *)x); }
VEC_INLINE lanes spread_unit(row_unit x) { return (lanes){0} + x; }

VEC_INLINE float32x4_t dot(float32x4_t sum, float32x4_t a, float32x4_t b) {
  return vreinterpretq_f32_s32(
    dot_bytes(vreinterpretq_s32_f32(sum), vreinterpretq_s8_f32(a), vreinterpretq_s8_f32(b)));
}

VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) {
  return vec_of(dot(vec_low(sum), vec_low((vec)a), vec_low((vec)b)),
                dot(vec_high(sum), vec_high((vec)a), vec_high((vec)b)));
}

#include "operations/pack_int8.h"
#include "operations/gemm_tile_int8.h"
