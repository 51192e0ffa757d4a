// Packing a window's queries, keys and values that are bfloat16 already, which moves them and computes
// nothing: a line of a query is a line of its strip, keys are transposed two steps at a time, and values of
// two tokens are interleaved. To be included behind `avx512/vector.h` and `blocking.h`, inside of
// RAMK_AVX512_BEGIN and _END, where these are defined:
//   PANEL_STEPS                            that a panel is made of, in whole
//   panel_line(panels, units, column, unit)  where two steps of 16 columns lie, of `units` a column

enum { UNIT = 2, LANES = 16, ROW = LANES * UNIT };  // bfloat16 numbers of a line
typedef uint32_t row_unit;                          // two of them

#include "operations/strip_lines.h"

/// Up to a line of bfloat16 numbers, and zeros.
VEC_INLINE __m512i load_line(const uint16_t *x, size_t count) {
  const __mmask32 mask = count < ROW ? (__mmask32)((1u << count) - 1) : ~(__mmask32)0;
  return _mm512_maskz_loadu_epi16(mask, x);
}

static void pack_queries(size_t rows, size_t columns, const size_t *order, const uint16_t *q,
                         size_t stride, void *strip) {
  for (size_t i = 0; i < rows; i += MR, strip = end_of_strip(strip, columns))
    for (size_t row = 0; row < ramk_minimum(MR, rows - i); row++)
      for (size_t p = 0; p < columns; p += ROW)
        _mm512_storeu_si512(line_of(strip, row, p),
                            load_line(q + order[i + row] * stride + p, columns - p));
}

// Transposes 16 x 16 lanes: pairs of rows, then fours, then the quarters of registers.
VEC_INLINE void transpose_lanes(__m512i x[LANES]) {
  __m512i y[LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < LANES; i += 2) {
    y[i] = _mm512_unpacklo_epi32(x[i], x[i + 1]);
    y[i + 1] = _mm512_unpackhi_epi32(x[i], x[i + 1]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < LANES; i += 4)
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      x[i + 2 * j] = _mm512_unpacklo_epi64(y[i + j], y[i + j + 2]);
      x[i + 2 * j + 1] = _mm512_unpackhi_epi64(y[i + j], y[i + j + 2]);
    }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    y[i] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0x88);
    y[i + 4] = _mm512_shuffle_i32x4(x[i], x[i + 4], 0xdd);
    y[i + 8] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0x88);
    y[i + 12] = _mm512_shuffle_i32x4(x[i + 8], x[i + 12], 0xdd);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    x[i] = _mm512_shuffle_i32x4(y[i], y[i + 8], 0x88);
    x[i + 8] = _mm512_shuffle_i32x4(y[i], y[i + 8], 0xdd);
    x[i + 4] = _mm512_shuffle_i32x4(y[i + 4], y[i + 12], 0x88);
    x[i + 12] = _mm512_shuffle_i32x4(y[i + 4], y[i + 12], 0xdd);
  }
}

// Panels of keys, two steps of each in a lane.
static void pack_keys(size_t rows, size_t columns, const size_t *order, const uint16_t *k,
                      size_t stride, uint32_t *panels) {
  const size_t units = ramk_round_up(columns, PANEL_STEPS) / UNIT;
  for (size_t i = 0; i < ramk_round_up(rows, NR); i += LANES)
    for (size_t unit = 0; unit < units; unit += LANES) {
      __m512i lines[LANES];
#pragma clang loop unroll(full)
      for (size_t row = 0; row < LANES; row++)
        lines[row] = i + row < rows ? load_line(k + order[i + row] * stride + unit * UNIT,
                                                columns - unit * UNIT)
                                    : _mm512_setzero_si512();
      transpose_lanes(lines);
      for (size_t u = 0; u < ramk_minimum(LANES, units - unit); u++)
        _mm512_storeu_si512(panel_line(panels, units, i, unit + u), lines[u]);
    }
}

// Panels of columns of the values, two tokens of a column in a lane.
static void pack_values(size_t rows, size_t columns, const size_t *order, const uint16_t *v,
                        size_t stride, uint32_t *panels) {
  const __m512i low = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8,
                                       39, 7, 38, 6, 37, 5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
  const __m512i high = _mm512_add_epi16(low, _mm512_set1_epi16(LANES)), zero = _mm512_setzero_si512();
  const size_t steps = ramk_round_up(rows, PANEL_STEPS);
  for (size_t j = 0; j < columns; j += NR)
    for (size_t i = 0; i < steps; i += UNIT) {
      const __m512i first = i < rows ? load_line(v + order[i] * stride + j, columns - j) : zero;
      const __m512i second =
        i + 1 < rows ? load_line(v + order[i + 1] * stride + j, columns - j) : zero;
      uint32_t *left = panel_line(panels, steps / UNIT, j, i / UNIT);
      uint32_t *right = panel_line(panels, steps / UNIT, j + LANES, i / UNIT);
      _mm512_storeu_si512(left, _mm512_permutex2var_epi16(first, low, second));
      _mm512_storeu_si512(right, _mm512_permutex2var_epi16(first, high, second));
    }
}

static void pack_rounded(size_t rows, size_t columns, const size_t *order, const uint16_t *q,
                         const uint16_t *k, const uint16_t *v, size_t stride, void *queries,
                         void *keys, void *values) {
  pack_queries(rows, columns, order, q, stride, queries);
  pack_keys(rows, columns, order, k, stride, keys);
  pack_values(rows, columns, order, v, stride, values);
}
