// Bilinear resizing of 8-bit RGB, bit for bit as Pillow 9.5 to 12.0 does it.
//
// Each output pixel is a weighted mean of the input pixels that a triangle around its centre
// covers; the triangle is as wide as the scale (at least one pixel to each side), so shrinking
// averages instead of skipping. Weights are fixed point with 22 fractional bits, computed in
// double. Rows are resized first, into 8 bits, then columns; a direction whose size stays is left
// out.
//
// The work is in the rows: a 12-megapixel photo has 36 million bytes, each of which counts in two
// outputs. On x86 two taps of all three channels are one `pmaddwd`, for which a weight of 23 bits
// is cut into two of 11 and 12 (exact: sums are taken modulo 2^32 and fit). One thread: photos are
// prepared beside the compute of others, on threads that are not the executor's.

#include "checks.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { weight_bits = 22, low_bits = 11 };

/// One direction: for each output, the first input it covers, how many, and their weights.
typedef struct {
  size_t in, out;                 // pixels before and after
  size_t taps;                    // weights an output, its own and zeros behind them; even
  uint32_t *first, *count;        // [out]
  int32_t *weights;               // [out, taps]
} direction;

/// A triangle covers up to twice its support and, by rounding, one more.
static size_t taps_for(size_t in, size_t out) {
  double scale = (double)in / (double)out;
  double support = scale < 1 ? 1 : scale;
  return (size_t)__builtin_ceil(support) * 2 + 2;
}

/// Bytes of a direction's tables; 0 where they overflow.
static size_t table_bytes(size_t in, size_t out) {
  size_t cells, bytes;
  if (!ramk_add(taps_for(in, out), 2, &cells) || !ramk_multiply(cells, out, &cells) ||
      !ramk_multiply(cells, 4, &bytes) || bytes > PTRDIFF_MAX / 4) {
    return 0;
  }
  return ramk_round_to_line(bytes);
}

static direction place_tables(size_t in, size_t out, char *at) {
  direction d = {.in = in, .out = out, .taps = taps_for(in, out)};
  d.first = (uint32_t *)at;
  d.count = d.first + out;
  d.weights = (int32_t *)(d.count + out);
  return d;
}

static double triangle(double x) {
  if (x < 0) x = -x;
  return x < 1 ? 1 - x : 0;
}

/// The weights of one output: normalised in double, then rounded away from zero at one half.
static void fill_tables(direction *d) {
  double scale = (double)d->in / (double)d->out;
  double support = scale < 1 ? 1 : scale;
  double step = 1 / support;
  for (size_t i = 0; i < d->out; i++) {
    double centre = ((double)i + 0.5) * scale;
    double lower = centre - support + 0.5, upper = centre + support + 0.5;
    size_t first = lower > 0 ? (size_t)lower : 0;
    size_t end = (size_t)upper < d->in ? (size_t)upper : d->in;
    size_t count = end - first;
    int32_t *weights = d->weights + i * d->taps;
    double sum = 0;
    for (size_t x = 0; x < count; x++) sum += triangle(((double)(x + first) - centre + 0.5) * step);
    for (size_t x = 0; x < count; x++) {
      double w = triangle(((double)(x + first) - centre + 0.5) * step);
      if (sum != 0) w /= sum;
      weights[x] = (int32_t)(w * (1 << weight_bits) + 0.5);
    }
    memset(weights + count, 0, (d->taps - count) * sizeof *weights);
    d->first[i] = (uint32_t)first;
    d->count[i] = (uint32_t)count;
  }
}

static inline uint8_t rounded(uint32_t sum) {
  int32_t value = (int32_t)(sum + (1u << (weight_bits - 1))) >> weight_bits;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

/// Two neighbouring weights as `pmaddwd` wants them. They take the place of the two as int32.
typedef struct {
  int16_t low[2], high[2];
} weight_pair;

_Static_assert(sizeof(weight_pair) == 2 * sizeof(int32_t), "pairs replace weights in place");

static void split_weights(direction *d) {
  for (size_t i = 0; i < d->out * d->taps; i += 2) {
    weight_pair pair;
    for (int k = 0; k < 2; k++) {
      pair.low[k] = (int16_t)(d->weights[i + k] & ((1 << low_bits) - 1));
      pair.high[k] = (int16_t)(d->weights[i + k] >> low_bits);
    }
    memcpy(d->weights + i, &pair, sizeof pair);
  }
}

static void resize_pixel(const uint8_t *restrict in, const weight_pair *restrict pairs,
                         size_t count, uint8_t *restrict out) {
  uint32_t sums[3] = {0};
  for (size_t x = 0; x < count; x++) {
    const weight_pair *pair = pairs + x / 2;
    uint32_t w = (uint32_t)pair->low[x % 2] + ((uint32_t)pair->high[x % 2] << low_bits);
    for (int c = 0; c < 3; c++) sums[c] += w * in[3 * x + c];
  }
  for (int c = 0; c < 3; c++) out[c] = rounded(sums[c]);
}

#ifdef __SSE2__
/// As `resize_pixel`; reads 8 bytes, two more than it needs, for each pair.
static inline void resize_pixel_pairs(const uint8_t *restrict in, const weight_pair *restrict pairs,
                                      size_t count, uint8_t *restrict out) {
  const __m128i zero = _mm_setzero_si128();
  __m128i low = zero, high = zero;
  for (size_t x = 0; x < count; x += 2) {
    __m128i pixels = _mm_loadl_epi64((const __m128i *)(in + 3 * x));  // r g b R G B . .
    pixels = _mm_unpacklo_epi8(pixels, _mm_srli_epi64(pixels, 24));   // r R g G b B . .
    pixels = _mm_unpacklo_epi8(pixels, zero);
    __m128i pair = _mm_loadl_epi64((const __m128i *)(pairs + x / 2));
    low = _mm_add_epi32(low, _mm_madd_epi16(pixels, _mm_shuffle_epi32(pair, 0x00)));
    high = _mm_add_epi32(high, _mm_madd_epi16(pixels, _mm_shuffle_epi32(pair, 0x55)));
  }
  __m128i sum = _mm_add_epi32(low, _mm_slli_epi32(high, low_bits));
  sum = _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(1 << (weight_bits - 1))), weight_bits);
  sum = _mm_packs_epi32(sum, sum);
  uint32_t bytes = (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(sum, sum));
  out[0] = (uint8_t)bytes;
  out[1] = (uint8_t)(bytes >> 8);
  out[2] = (uint8_t)(bytes >> 16);
}
#endif

static void resize_row(const direction *d, const uint8_t *restrict in, uint8_t *restrict out) {
  for (size_t i = 0; i < d->out; i++) {
    const uint8_t *from = in + 3 * (size_t)d->first[i];
    const weight_pair *pairs = (const weight_pair *)d->weights + i * d->taps / 2;
#ifdef __SSE2__
    // Only where the row goes on for a pixel behind the last pair.
    if (d->first[i] + (d->count[i] + 1) / 2 * 2 < d->in) {
      resize_pixel_pairs(from, pairs, d->count[i], out + 3 * i);
      continue;
    }
#endif
    resize_pixel(from, pairs, d->count[i], out + 3 * i);
  }
}

/// One output row: a weighted sum of whole input rows, a block of bytes at a time so that the sums
/// stay in registers.
static void resize_columns(const direction *d, size_t i, const uint8_t *restrict in, size_t stride,
                           size_t bytes, uint8_t *restrict out) {
  enum { block = 32 };
  const uint8_t *from = in + d->first[i] * stride;
  const int32_t *weights = d->weights + i * d->taps;
  for (size_t at = 0; at < bytes; at += block) {
    uint32_t sums[block] = {0};
    size_t n = ramk_minimum(block, bytes - at);
    for (size_t y = 0; y < d->count[i]; y++) {
      const uint8_t *row = from + y * stride + at;
      uint32_t w = (uint32_t)weights[y];
      if (n == block) {
        for (size_t x = 0; x < block; x++) sums[x] += w * row[x];
      } else {
        for (size_t x = 0; x < n; x++) sums[x] += w * row[x];
      }
    }
    for (size_t x = 0; x < n; x++) out[at + x] = rounded(sums[x]);
  }
}

typedef struct {
  size_t horizontal, vertical;    // bytes of tables; 0 where the direction is left out
  size_t rows;                    // bytes of rows between the passes
  size_t total;
} layout;

static bool plan(size_t in_width, size_t in_height, size_t out_width, size_t out_height,
                 layout *l) {
  *l = (layout){0};
  if (in_width == 0 || in_height == 0 || out_width == 0 || out_height == 0) return true;
  if (in_width > UINT32_MAX || in_height > UINT32_MAX) return false;
  if (in_width != out_width) {
    l->horizontal = table_bytes(in_width, out_width);
    if (l->horizontal == 0) return false;
  }
  if (in_height != out_height) {
    l->vertical = table_bytes(in_height, out_height);
    if (l->vertical == 0) return false;
  }
  if (l->horizontal && l->vertical) {
    if (!ramk_multiply(out_width, 3, &l->rows) || !ramk_multiply(l->rows, in_height, &l->rows) ||
        l->rows > PTRDIFF_MAX / 2) {
      return false;
    }
  }
  l->total = 64 + l->horizontal + l->vertical + l->rows;
  return l->total <= PTRDIFF_MAX;
}

size_t ramk_resize_bilinear_workspace_size(size_t in_width, size_t in_height, size_t out_width,
                                           size_t out_height) {
  layout l;
  return plan(in_width, in_height, out_width, out_height, &l) ? l.total : 0;
}

static ramk_status check_rows(const uint8_t *pixels, size_t width, size_t height, size_t stride) {
  size_t row, bytes;
  if (!ramk_multiply(width, 3, &row)) return RAMK_SIZE_OVERFLOW;
  if (!pixels || (height > 1 && stride < row)) return RAMK_INVALID_ARGUMENT;
  if (!ramk_multiply(height - 1, stride, &bytes) || !ramk_add(bytes, row, &bytes) ||
      bytes > PTRDIFF_MAX) {
    return RAMK_SIZE_OVERFLOW;
  }
  return RAMK_OK;
}

ramk_status ramk_resize_bilinear(const ramk_context *context, const uint8_t *in, size_t in_width,
                                 size_t in_height, size_t in_stride, uint8_t *out,
                                 size_t out_width, size_t out_height, size_t out_stride,
                                 void *workspace, size_t workspace_bytes) {
  (void)context;
  if (out_width == 0 || out_height == 0) return RAMK_OK;
  if (in_width == 0 || in_height == 0) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(check_rows(in, in_width, in_height, in_stride));
  RAMK_TRY(check_rows(out, out_width, out_height, out_stride));
  layout l;
  if (!plan(in_width, in_height, out_width, out_height, &l)) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < l.total) return RAMK_WORKSPACE_TOO_SMALL;
  char *at = (char *)ramk_round_to_line((uintptr_t)workspace);

  if (l.horizontal) {
    direction d = place_tables(in_width, out_width, at);
    fill_tables(&d);
    split_weights(&d);
    at += l.horizontal;
    // Straight into the output where no second pass follows.
    uint8_t *to = l.vertical ? (uint8_t *)at + l.vertical : out;
    size_t to_stride = l.vertical ? out_width * 3 : out_stride;
    for (size_t y = 0; y < in_height; y++) resize_row(&d, in + y * in_stride, to + y * to_stride);
    in = to;
    in_stride = to_stride;
  }
  if (l.vertical) {
    direction d = place_tables(in_height, out_height, at);
    fill_tables(&d);
    for (size_t y = 0; y < out_height; y++) {
      resize_columns(&d, y, in, in_stride, out_width * 3, out + y * out_stride);
    }
  }
  if (!l.horizontal && !l.vertical) {
    for (size_t y = 0; y < out_height; y++) {
      memcpy(out + y * out_stride, in + y * in_stride, out_width * 3);
    }
  }
  return RAMK_OK;
}
