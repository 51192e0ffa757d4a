// The depthwise convolution of a row over an implementation's vectors: to be included by its file,
// behind its `vector.h` and inside of its target attribute, with TILE_PIXELS defined.
//
// A tile is TILE_PIXELS neighbouring outputs by two vectors of channels, and runs through all taps:
// a weight is loaded once for all its outputs, and each multiplication takes its pixel straight from
// memory. At the map's left and right edges a tile is one output with fewer taps.

enum { TILE_VECTORS = 2 };

/// Channels of a tile: `vectors` vectors from `first`, or (`vectors` being 1) the first `partial`
/// lanes of one.
typedef struct {
  size_t first;
  int vectors;
  size_t partial;
} channel_block;

VEC_INLINE vec load_channels(const float *x, const channel_block *block) {
  return block->partial ? vec_load_first(x, block->partial) : vec_load(x);
}

/// Comparisons that are false for NaN keep it.
VEC_INLINE vec clamp(vec x, vec low, vec high) {
  typedef __typeof__(x < low) mask;
  const mask below = x < low;
  x = (vec)((below & (mask)low) | (~below & (mask)x));
  const mask above = x > high;
  return (vec)((above & (mask)high) | (~above & (mask)x));
}

/// `pixels` outputs from `column` on, whose taps `taps` of each filter row lie inside of the map.
/// All but `row`, `column` and the block's place is a constant once this is inlined.
VEC_INLINE void tile(const ramk_depthwise_row *row, size_t kernel, size_t stride, ramk_taps taps,
                     size_t column, int pixels, const channel_block *block) {
  const size_t pixel = row->pixel_stride;
  vec sums[TILE_PIXELS][TILE_VECTORS];
  for (int v = 0; v < block->vectors; v++) {
    const vec bias =
      row->bias ? load_channels(row->bias + block->first + v * VEC_WIDTH, block) : vec_set(0);
    for (int p = 0; p < pixels; p++) sums[p][v] = bias;
  }
  for (size_t tap_row = 0; tap_row < row->tap_rows; tap_row++) {
    const float *x = row->x + tap_row * row->width * pixel + block->first;
    const float *weights = row->weights + tap_row * kernel * pixel + block->first;
    for (size_t tap = taps.first; tap < taps.last; tap++) {
      const float *from = x + (column * stride + tap - row->pad_left) * pixel;
      for (int v = 0; v < block->vectors; v++) {
        const vec weight = load_channels(weights + tap * pixel + v * VEC_WIDTH, block);
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
      float *out = row->out + (column + p) * pixel + block->first + v * VEC_WIDTH;
      const vec sum = clamp(sums[p][v], low, high);
      if (block->partial) vec_store_first(out, block->partial, sum);
      else vec_store(out, sum);
    }
  }
}

VEC_INLINE void edge(const ramk_depthwise_row *row, size_t kernel, size_t stride, size_t column,
                     const channel_block *block) {
  const ramk_taps taps = ramk_taps_inside(column, kernel, stride, row->pad_left, row->width);
  tile(row, kernel, stride, taps, column, 1, block);
}

/// A block of channels over the whole row: the columns in the middle have all their taps inside.
VEC_INLINE void run_columns(const ramk_depthwise_row *row, size_t kernel, size_t stride,
                            const channel_block *block) {
  const ramk_taps all = {0, kernel};
  const size_t end = row->width + row->pad_left;
  const size_t first = ramk_minimum(ramk_divide_up(row->pad_left, stride), row->out_width);
  const size_t last =
    ramk_minimum(end < kernel ? 0 : (end - kernel) / stride + 1, row->out_width);
  size_t column = 0;
  for (; column < first; column++) edge(row, kernel, stride, column, block);
  for (; column + TILE_PIXELS <= last; column += TILE_PIXELS)
    tile(row, kernel, stride, all, column, TILE_PIXELS, block);
  for (; column < last; column++) tile(row, kernel, stride, all, column, 1, block);
  for (; column < row->out_width; column++) edge(row, kernel, stride, column, block);
}

VEC_INLINE void run_channels(const ramk_depthwise_row *row, size_t kernel, size_t stride) {
  enum { WIDE = TILE_VECTORS * VEC_WIDTH };
  size_t channel = 0;
  for (; channel + WIDE <= row->channels; channel += WIDE) {
    const channel_block block = {.first = channel, .vectors = TILE_VECTORS};
    run_columns(row, kernel, stride, &block);
  }
  for (; channel + VEC_WIDTH <= row->channels; channel += VEC_WIDTH) {
    const channel_block block = {.first = channel, .vectors = 1};
    run_columns(row, kernel, stride, &block);
  }
  if (channel < row->channels) {
    const channel_block block = {
      .first = channel, .vectors = 1, .partial = row->channels - channel};
    run_columns(row, kernel, stride, &block);
  }
}

/// The sizes that models use get loops of their own, with constants for bounds.
static void run_row(const ramk_depthwise_row *row) {
  const size_t kernel = row->kernel, stride = row->stride;
  if (kernel == 3 && stride == 1) run_channels(row, 3, 1);
  else if (kernel == 3 && stride == 2) run_channels(row, 3, 2);
  else if (kernel == 5 && stride == 1) run_channels(row, 5, 1);
  else if (kernel == 5 && stride == 2) run_channels(row, 5, 2);
  else run_channels(row, kernel, stride);
}
