// How products in int8 pack what they multiply, over an implementation's vectors: to be included behind its
// `vector.h` and `blocking.h`, inside of its target attribute, where these are defined:
//   UNIT            steps of k that are multiplied together
//   PANEL_STEPS     steps that a panel is made of, in whole units
//   row_step        what a step of a row is packed as
//   ROW_OFFSET      what is taken off a row's bytes, for instructions that want them signed
//   row_unit, panel_element   UNIT steps of one row, 4 bytes, and of one column
//
// A row's chunk of k becomes bytes between its least and its greatest number, a column's chunk bytes
// around zero:
//   x = least + scale · q, 0 <= q <= 255      w = weight_scale · r, |r| <= 127
//   Σ x w = scale · weight_scale · Σ q r + least · weight_scale · Σ r
// Σ q r is exact in 32 bits, so all implementations agree bit for bit where they have FMA.

enum { CHUNK = 768 };             // steps that share their scales; Σ q r stays below 2^25

#include "operations/strip_lines.h"

/// Behind a strip's steps, a row the other.
typedef struct { float scale, least; } row_scale;

/// Behind a panel's steps: each column's weight_scale, and Σ r.
typedef struct {
  float scales[NR];
  int32_t totals[NR];
} panel_scales;

/// The integer next to x in 0 ... 255, ties to even.
VEC_INLINE vec_int nearest_byte(vec x) { return (vec_int)(x + vec_set(0x1.8p+23f)) & 0xff; }

// What is known of a row's numbers so far.
typedef struct { vec least, greatest, flaw; } row_range;

VEC_INLINE row_range widen(row_range range, vec x) {
  return (row_range){vec_min(x, range.least), vec_max(x, range.greatest),
                     vec_fma(x, vec_set(0), range.flaw)};
}

/// A row's least number and its scale, which is no number where one of the row's is not finite, or
/// where they spread over more than floats reach.
VEC_INLINE row_scale measure_row(size_t k, const float *x) {
  enum { RANGES = 4 };            // in flight: each step of one waits for the last
  row_range ranges[RANGES];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < RANGES; r++)
    ranges[r] = (row_range){vec_set(x[0]), vec_set(x[0]), vec_set(0)};
  size_t p = 0;
  for (; p + RANGES * VEC_WIDTH <= k; p += RANGES * VEC_WIDTH)
#pragma clang loop unroll(full)
    for (size_t r = 0; r < RANGES; r++)
      ranges[r] = widen(ranges[r], vec_load(x + p + r * VEC_WIDTH));
  for (; p + VEC_WIDTH <= k; p += VEC_WIDTH) ranges[0] = widen(ranges[0], vec_load(x + p));
  if (p < k) {
    float rest[VEC_WIDTH];
    vec_store(rest, vec_set(x[p]));
    vec_store_first(rest, k - p, vec_load_first(x + p, k - p));
    ranges[1] = widen(ranges[1], vec_load(rest));
  }
  row_range all = ranges[0];
#pragma clang loop unroll(full)
  for (size_t r = 1; r < RANGES; r++) {
    all.least = vec_min(ranges[r].least, all.least);
    all.greatest = vec_max(ranges[r].greatest, all.greatest);
    all.flaw += ranges[r].flaw;
  }
  const float low = -vec_greatest(-all.least), high = vec_greatest(all.greatest);
  return (row_scale){(high - low) / 255 + vec_sum(all.flaw), low};
}

typedef row_step step_lanes __attribute__((vector_size(VEC_WIDTH * sizeof(row_step))));

/// The first `count` steps of a line in bytes, with zeros for what the last unit lacks. What else the line
/// has, panels have zeros for.
VEC_INLINE void encode_line(size_t count, const float *x, vec least, vec inverse, row_step *to) {
  size_t p = 0;
  for (; p + VEC_WIDTH <= count; p += VEC_WIDTH) {
    const vec_int q = nearest_byte((vec_load(x + p) - least) * inverse) - ROW_OFFSET;
    const step_lanes steps = __builtin_convertvector(q, step_lanes);
    memcpy(to + p, &steps, sizeof steps);
  }
  if (p == count) return;
  const vec_int q = nearest_byte((vec_load_first(x + p, count - p) - least) * inverse) - ROW_OFFSET;
  const step_lanes steps = __builtin_convertvector(q, step_lanes);
  memset(to + p, 0, (ramk_round_up(count, UNIT) - p) * sizeof *to);
  memcpy(to + p, &steps, (count - p) * sizeof *to);
}

static void pack_row(size_t k, const float *x, void *strip, size_t row) {
  const row_scale scale = measure_row(k, x);
  const vec least = vec_set(scale.least), inverse = vec_set(ramk_inverse_scale(scale.scale));
  size_t p = 0;
  for (; p + LINE_STEPS <= k; p += LINE_STEPS)
    encode_line(LINE_STEPS, x + p, least, inverse, (row_step *)line_of(strip, row, p));
  if (p < k) encode_line(k - p, x + p, least, inverse, (row_step *)line_of(strip, row, p));
  ((row_scale *)end_of_strip(strip, k))[row] = scale;
}

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  for (size_t i = 0; i < rows; i += MR) {
    for (size_t row = 0; row < ramk_minimum(MR, rows - i); row++)
      pack_row(k, x + (i + row) * x_stride, packed, row);
    packed = (row_scale *)end_of_strip(packed, k) + MR;
  }
}

// Weights [n, k] as they come: floats, or bytes that are packed as they are.
typedef struct {
  const float *floats;            // or NULL
  const int8_t *bytes;
  const float *scales;            // of bytes, [n]
  size_t stride;
} weight_source;

// A chunk of a column, whose units follow each other NR apart. Returns the sum of its bytes.
VEC_INLINE int pack_column(size_t k, const int8_t *bytes, panel_element *to) {
  int total = 0;
  for (size_t p = 0; p < k; p++) total += bytes[p];
  for (; k >= UNIT; k -= UNIT, bytes += UNIT, to += NR) memcpy(to, bytes, sizeof *to);
  if (k > 0) {
    int8_t last[UNIT] = {0};
    memcpy(last, bytes, k);
    memcpy(to, last, sizeof *to);
  }
  return total;
}

// Columns from `first` on, of one panel, chunk by chunk. Returns where the next panel goes.
VEC_INLINE char *pack_panel(size_t first, size_t columns, size_t k, const weight_source *w,
                            char *to) {
  float scales[NR];
  for (size_t i = 0; i < columns; i++)
    scales[i] = w->floats ? ramk_weight_scale(k, w->floats + (first + i) * w->stride)
                          : w->scales[first + i];
  for (size_t p = 0; p < k; p += CHUNK) {
    const size_t depth = ramk_minimum(CHUNK, k - p);
    const size_t units = ramk_round_up(depth, PANEL_STEPS) / UNIT;
    panel_element *steps = (panel_element *)to;
    panel_scales *panel = (panel_scales *)(steps + units * NR);
    memset(to, 0, (size_t)((char *)(panel + 1) - to));
    for (size_t i = 0; i < columns; i++) {
      const size_t place = (first + i) * w->stride + p;
      int8_t rounded[CHUNK];
      if (w->floats) ramk_weight_bytes(depth, w->floats + place, scales[i], rounded);
      const int total = pack_column(depth, w->floats ? rounded : w->bytes + place, steps + i);
      panel->scales[i] = scales[i];
      panel->totals[i] = total;
    }
    to = (char *)(panel + 1);
  }
  return to;
}

static void pack_panels(size_t rows, size_t k, const float *w, size_t w_stride, void *packed) {
  const weight_source source = {.floats = w, .stride = w_stride};
  char *to = packed;
  for (size_t j = 0; j < rows; j += NR)
    to = pack_panel(j, ramk_minimum(NR, rows - j), k, &source, to);
}

static void pack_bytes(size_t rows, size_t k, const int8_t *w, size_t w_stride, const float *scales,
                       void *packed) {
  const weight_source source = {.bytes = w, .scales = scales, .stride = w_stride};
  char *to = packed;
  for (size_t j = 0; j < rows; j += NR)
    to = pack_panel(j, ramk_minimum(NR, rows - j), k, &source, to);
}
