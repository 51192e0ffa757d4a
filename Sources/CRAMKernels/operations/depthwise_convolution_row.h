// The depthwise convolution of a row over an implementation's vectors: to be included by its file,
// behind its `vector.h` and inside of its target attribute, with TILE_PIXELS defined.
//
// A tile is TILE_PIXELS neighbouring outputs by two vectors of channels, and runs through all taps:
// a weight is loaded once for all its outputs, and each multiplication takes its pixel straight
// from memory. Where columns are left over, the last tile is moved back over its neighbour.
//
// At the map's left and right edges fewer taps are inside, so outputs come one by one; by four
// vectors of channels, for a sum alone would wait for its previous multiplication at every tap.

enum { TILE_VECTORS = 2, EDGE_VECTORS = 4 };

/// Channels: `vectors` vectors from `first`; or, `vectors` being 1, the first `partial` lanes of
/// one.
typedef struct {
  size_t first;
  int vectors;
  size_t partial;
} channel_block;

VEC_INLINE vec load_channels(const float *x, const channel_block *block) {
  return block->partial ? vec_load_first(x, block->partial) : vec_load(x);
}

/// `pixels` outputs from `column` on, whose taps `taps` of each filter row lie inside of the map.
/// `pixels`, the number of vectors, and what a caller knows, are constants once this is inlined.
VEC_INLINE void tile(const ramk_depthwise_row *row, size_t kernel, size_t stride, ramk_taps taps,
                     size_t column, int pixels, const channel_block *block) {
  const size_t pixel = row->x_stride;
  vec sums[TILE_PIXELS][EDGE_VECTORS];
  for (int v = 0; v < block->vectors; v++) {
    const vec bias =
      row->bias ? load_channels(row->bias + block->first + v * VEC_WIDTH, block) : vec_set(0);
    for (int p = 0; p < pixels; p++) sums[p][v] = bias;
  }
  for (size_t tap_row = 0; tap_row < row->tap_rows; tap_row++) {
    const float *x = row->x + tap_row * row->width * pixel + block->first;
    const float *weights = row->weights + tap_row * kernel * row->tap_stride + block->first;
    for (size_t tap = taps.first; tap < taps.last; tap++) {
      const float *from = x + (column * stride + tap - row->pad_left) * pixel;
      for (int v = 0; v < block->vectors; v++) {
        const vec weight =
          load_channels(weights + tap * row->tap_stride + v * VEC_WIDTH, block);
        for (int p = 0; p < pixels; p++) {
          const vec value = load_channels(from + p * stride * pixel + v * VEC_WIDTH, block);
          sums[p][v] = vec_fma(value, weight, sums[p][v]);
        }
      }
    }
  }
  const vec low = vec_set(row->low), high = vec_set(row->high);
  for (int p = 0; p < pixels; p++) {
    for (int v = 0; v < block->vectors; v++) {
      float *out = row->out + (column + p) * row->out_stride + block->first + v * VEC_WIDTH;
      const vec sum = vec_min(high, vec_max(low, sums[p][v]));  // NaN stays NaN
      if (block->partial) vec_store_first(out, block->partial, sum);
      else vec_store(out, sum);
    }
  }
}

/// Columns [first, last), TILE_PIXELS or more, all of whose taps are inside.
VEC_INLINE void run_inner_block(const ramk_depthwise_row *row, size_t kernel, size_t stride,
                                size_t first, size_t last, const channel_block *block) {
  const ramk_taps all = {0, kernel};
  for (size_t column = first; column < last; column += TILE_PIXELS)
    tile(row, kernel, stride, all, ramk_minimum(column, last - TILE_PIXELS), TILE_PIXELS, block);
}

VEC_INLINE void run_inner(const ramk_depthwise_row *row, size_t kernel, size_t stride, size_t first,
                          size_t last) {
  enum { WIDE = TILE_VECTORS * VEC_WIDTH };
  size_t channel = 0;
  for (; channel + WIDE <= row->channels; channel += WIDE) {
    const channel_block block = {.first = channel, .vectors = TILE_VECTORS};
    run_inner_block(row, kernel, stride, first, last, &block);
  }
  for (; channel < row->channels; channel += VEC_WIDTH) {
    const size_t left = ramk_minimum(row->channels - channel, VEC_WIDTH);
    const channel_block block = {.first = channel, .vectors = 1, .partial = left};
    run_inner_block(row, kernel, stride, first, last, &block);
  }
}

/// The sizes that models use get loops of their own, with constants for bounds.
static void run_inner_of_size(const ramk_depthwise_row *row, size_t first, size_t last) {
  const size_t kernel = row->kernel, stride = row->stride;
  if (kernel == 3 && stride == 1) run_inner(row, 3, 1, first, last);
  else if (kernel == 3 && stride == 2) run_inner(row, 3, 2, first, last);
  else if (kernel == 5 && stride == 1) run_inner(row, 5, 1, first, last);
  else if (kernel == 5 && stride == 2) run_inner(row, 5, 2, first, last);
  else run_inner(row, kernel, stride, first, last);
}

static void run_edge(const ramk_depthwise_row *row, size_t column) {
  enum { WIDE = EDGE_VECTORS * VEC_WIDTH };
  const ramk_taps taps =
    ramk_taps_inside(column, row->kernel, row->stride, row->pad_left, row->width);
  size_t channel = 0;
  for (; channel + WIDE <= row->channels; channel += WIDE) {
    const channel_block block = {.first = channel, .vectors = EDGE_VECTORS};
    tile(row, row->kernel, row->stride, taps, column, 1, &block);
  }
  for (; channel < row->channels; channel += VEC_WIDTH) {
    const size_t left = ramk_minimum(row->channels - channel, VEC_WIDTH);
    const channel_block block = {.first = channel, .vectors = 1, .partial = left};
    tile(row, row->kernel, row->stride, taps, column, 1, &block);
  }
}

static void run_row(const ramk_depthwise_row *row) {
  const size_t kernel = row->kernel, stride = row->stride, end = row->width + row->pad_left;
  size_t first = ramk_minimum(ramk_divide_up(row->pad_left, stride), row->out_width);
  size_t last = ramk_minimum(end < kernel ? 0 : (end - kernel) / stride + 1, row->out_width);
  if (last < first + TILE_PIXELS) first = last = 0;
  else run_inner_of_size(row, first, last);
  for (size_t column = 0; column < first; column++) run_edge(row, column);
  for (size_t column = last; column < row->out_width; column++) run_edge(row, column);
}
