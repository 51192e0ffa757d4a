// What attention asks of a softmax: to be included behind `softmax_rows.h`.

// All rows' greatest first: what a row's exponentials wait for is then long there.
VEC_INLINE void weigh_rows(vec (*exp)(vec), size_t rows, size_t columns, float factor, float *x,
                           size_t stride, float *portions) {
  const vec scale = vec_set(factor);
  for (size_t i = 0; i < rows; i++) portions[i] = greatest_score(columns, x + i * stride, scale);
  for (size_t i = 0; i < rows; i++, x += stride)
    portions[i] = 1 / exponentials(exp, columns, x, scale, portions[i], x);
}

static void weigh(size_t rows, size_t columns, float factor, float *x, size_t stride,
                  float *portions) {
  weigh_rows(vec_exp, rows, columns, factor, x, stride, portions);
}

static void weigh_narrow(size_t rows, size_t columns, float factor, float *x, size_t stride,
                         float *portions) {
  weigh_rows(vec_exp_narrow, rows, columns, factor, x, stride, portions);
}

static void multiply_rows(size_t rows, size_t columns, const float *factors, float *x,
                          size_t stride) {
  for (size_t i = 0; i < rows; i++, x += stride) multiply_row(columns, x, factors[i]);
}
