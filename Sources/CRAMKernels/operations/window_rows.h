// What window attention does to rows over an implementation's vectors: to be included behind its
// `vector.h` and `bfloat16.h`, inside of its target attribute.

VEC_INLINE void copy_row(size_t columns, const float *from, vec scale, float *to) {
  size_t j = 0;
  for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) vec_store(to + j, vec_load(from + j) * scale);
  if (j < columns)
    vec_store_first(to + j, columns - j, vec_load_first(from + j, columns - j) * scale);
}

static void gather(size_t rows, size_t columns, const size_t *order, const float *from,
                   size_t stride, float factor, float *to) {
  const vec scale = vec_set(factor);
  for (size_t i = 0; i < rows; i++, to += columns)
    copy_row(columns, from + order[i] * stride, scale, to);
}

static void gather_rounded(size_t rows, size_t columns, const size_t *order, const uint16_t *from,
                           size_t stride, float factor, float *to) {
  const vec scale = vec_set(factor);
  for (size_t i = 0; i < rows; i++, to += columns) {
    const uint16_t *row = from + order[i] * stride;
    size_t j = 0;
    for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH)
      vec_store(to + j, vec_load_bfloat16(row + j) * scale);
    if (j == columns) continue;
    uint16_t last[VEC_WIDTH] = {0};
    memcpy(last, row + j, (columns - j) * sizeof *last);
    vec_store_first(to + j, columns - j, vec_load_bfloat16(last) * scale);
  }
}

static void scatter(size_t rows, size_t columns, const size_t *order, const float *from,
                    const float *scales, float *to, size_t stride) {
  for (size_t i = 0; i < rows; i++, from += columns)
    copy_row(columns, from, vec_set(scales[i]), to + order[i] * stride);
}

// A query's bias for a row of keys is a run of a row of the table.
static void expand_bias(size_t window, size_t width, const float *table, float factor, float *bias,
                        size_t stride) {
  const vec scale = vec_set(factor);
  const size_t side = 2 * window - 1;
  for (size_t row = 0; row < window; row++)
    for (size_t column = 0; column < width; column++, bias += stride)
      for (size_t key_row = 0; key_row < window; key_row++)
        copy_row(width, table + (row + window - 1 - key_row) * side + window - 1 - column,
                 scale, bias + key_row * width);
}
