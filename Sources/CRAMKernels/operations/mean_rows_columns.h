// The mean of rows over an implementation's vectors: to be included behind its `vector.h`, inside
// of its target attribute.
//
// Vectors of columns are summed down, in runs of 32 rows: the error grows with 32 + rows / 32 and
// not with rows.

VEC_INLINE vec load_columns(const float *x, size_t count) {
  return count >= VEC_WIDTH ? vec_load(x) : vec_load_first(x, count);
}

static void mean(size_t rows, size_t columns, const float *x, size_t x_stride, float *out) {
  enum { RUN = 32 };
  const vec count = vec_set((float)rows);
  for (size_t j = 0; j < columns; j += VEC_WIDTH) {
    const size_t width = columns - j;
    vec total = vec_set(0);
    for (size_t i = 0; i < rows;) {
      vec sum = vec_set(0);
      for (const size_t end = i + RUN < rows ? i + RUN : rows; i < end; i++)
        sum += load_columns(x + i * x_stride + j, width);
      total += sum;
    }
    if (width >= VEC_WIDTH) vec_store(out + j, total / count);
    else vec_store_first(out + j, width, total / count);
  }
}
