// The matrix product in bfloat16 by BFMMLA: 6 rows x 16 columns of sums in registers, four steps of
// k at a time. An instruction multiplies two rows by two columns, 16 products; a register of sums
// holds such a square, row by row.
//
// | instruction | Neoverse N2         | Neoverse V1         | Neoverse V2         |
// | bfmmla      | 5 cycles, 2 a cycle | 5 cycles, 4 a cycle | 6 cycles, 4 a cycle |
// | ldr q       | 3 a cycle           | 3 a cycle           | 3 a cycle           |
// Four steps are 24 BFMMLA, four times the products of 24 FMLA, and 11 loads: these bind nowhere.
// llvm-mca 19 models them at 12.0 cycles on N2, 6.0 on V1 and V2. Not measured yet on a CPU.
// BFMMLA sums two products at a time, rounds to odd, and takes denormals for zero.

#if defined(__aarch64__)

#include "neon/gelu.h"
#include "neon/blocking.h"
#include "neon/target.h"
#include "neon/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

RAMK_NEON_BF16_BEGIN

#include "neon/pack.h"
#include "operations/gemm_tile_frame.h"
#include "operations/gemm_tile_rows.h"

enum { UNIT = 4, TURN_STEPS = 32, TURN = TURN_STEPS / UNIT };
enum { SQUARE = 2, SQUARE_ELEMENTS = SQUARE * UNIT };

VEC_INLINE bfloat16x8_t narrow(float32x4_t first, float32x4_t second) {
  return vcvtq_high_bf16_f32(vcvtq_low_bf16_f32(first), second);
}

// Strips and panels alike are [rows / width][k / 4][width / 2][2 rows][4 steps].
VEC_INLINE void pack_pairs(const size_t width, size_t rows, size_t k, const float *x,
                           size_t x_stride, bfloat16_t *packed) {
  for (size_t r = 0; r < rows; r += width)
    for (size_t p = 0; p < k; p += UNIT)
      for (size_t i = r; i < r + width; i += SQUARE, packed += SQUARE_ELEMENTS) {
        const float *from = x + i * x_stride + p;
        const size_t steps = ramk_minimum(UNIT, k - p);
        const float32x4_t none = vdupq_n_f32(0);
        vst1q_bf16(packed, narrow(i < rows ? vec_load_half(from, steps) : none,
                                  i + 1 < rows ? vec_load_half(from + x_stride, steps) : none));
      }
}

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  pack_pairs(MR, rows, k, x, x_stride, packed);
}

static void pack_panels(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  pack_pairs(NR, rows, k, x, x_stride, packed);
}

static void pack_transposed(size_t columns, size_t k, const float *x, size_t x_stride,
                            void *packed) {
  bfloat16_t *to = packed;
  for (size_t j = 0; j < columns; j += NR)
    for (size_t p = 0; p < k; p += UNIT)
      for (size_t i = j; i < j + NR; i += LANES, to += LANES * UNIT) {
        float32x4_t v[LANES] = {0};
        if (i < columns)
          load_transposed(ramk_minimum(UNIT, k - p), ramk_minimum(LANES, columns - i),
                          x + p * x_stride + i, x_stride, v);
        vst1q_bf16(to, narrow(v[0], v[1]));
        vst1q_bf16(to + SQUARE_ELEMENTS, narrow(v[2], v[3]));
      }
}

// Two rows of a vector's columns, out of four squares.
VEC_INLINE void take_rows(const float32x4_t squares[4], vec *first, vec *second) {
  const float32x4_t a = squares[0], b = squares[1], c = squares[2], d = squares[3];
  *first = vec_of(vcombine_f32(vget_low_f32(a), vget_low_f32(b)),
                  vcombine_f32(vget_low_f32(c), vget_low_f32(d)));
  *second = vec_of(vcombine_f32(vget_high_f32(a), vget_high_f32(b)),
                   vcombine_f32(vget_high_f32(c), vget_high_f32(d)));
}

/// Adds what `units` units contribute.
VEC_INLINE void add_units(const size_t pairs, size_t units, const bfloat16_t *restrict a,
                          const bfloat16_t *restrict b,
                          float32x4_t squares[MR / SQUARE][NR / SQUARE]) {
#pragma clang loop unroll_count(2)
  for (size_t p = 0; p < units; p++, a += MR * UNIT, b += NR * UNIT) {
    bfloat16x8_t left[MR / SQUARE];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < pairs; i++) left[i] = vld1q_bf16(a + i * SQUARE_ELEMENTS);
#pragma clang loop unroll(full)
    for (size_t j = 0; j < NR / SQUARE; j++) {
      const bfloat16x8_t right = vld1q_bf16(b + j * SQUARE_ELEMENTS);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < pairs; i++)
        squares[i][j] = vbfmmlaq_f32(squares[i][j], left[i], right);
    }
  }
}

// With `rows` known to the compiler, the sums are registers.
VEC_INLINE void multiply(const size_t rows, size_t units, const bfloat16_t *restrict a,
                         const bfloat16_t *restrict b, const ramk_gemm_tile *t) {
  const size_t pairs = (rows + 1) / SQUARE;
  float32x4_t squares[MR / SQUARE][NR / SQUARE];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < pairs; i++)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < NR / SQUARE; j++) squares[i][j] = vdupq_n_f32(0);
  ramk_tile_fetch fetch = ramk_start_fetching(t);
  for (size_t p = 0; p < units; p += TURN) {
    ramk_fetch_some(&fetch);
    add_units(pairs, ramk_minimum(TURN, units - p), a + p * MR * UNIT, b + p * NR * UNIT, squares);
  }
  vec sum[MR][2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < pairs; i++)
#pragma clang loop unroll(full)
    for (size_t half = 0; half < 2; half++)
      take_rows(squares[i] + half * VEC_WIDTH / SQUARE, &sum[2 * i][half],
                &sum[2 * i + 1][half]);
  finish_tile(rows, sum, t);
}

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  RAMK_TILE_ROWS_CALL(t->rows, multiply, k / UNIT, a, b, t)
}

enum { CHUNK = KC_FOURS };

#include "operations/pack_rounded_strip.h"

RAMK_NEON_BF16_END

const ramk_gemm_kernel ramk_gemm_bfloat16_neon_bf16 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC_FOURS, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(bfloat16_t), .panel_bytes = sizeof(bfloat16_t),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .tile = tile, .gelu = ramk_gelu_narrow_neon, .round = ramk_round_rows_neon,
};

#endif
