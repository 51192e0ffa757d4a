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

VEC_INLINE float sum_of_row(size_t columns, const float *x) {
  vec sums[2] = {vec_set(0), vec_set(0)};
  size_t j = 0;
  for (; j + 2 * VEC_WIDTH <= columns; j += 2 * VEC_WIDTH) {
    sums[0] += vec_load(x + j);
    sums[1] += vec_load(x + j + VEC_WIDTH);
  }
  for (; j < columns; j += VEC_WIDTH)
    sums[0] += columns - j < VEC_WIDTH ? vec_load_first(x + j, columns - j) : vec_load(x + j);
  return vec_sum(sums[0] + sums[1]);
}

/// (x + share) · factor for each of a row.
VEC_INLINE void deal_out(size_t columns, float *x, float share, float factor) {
  const vec added = vec_set(share), portion = vec_set(factor);
  size_t j = 0;
  for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH)
    vec_store(x + j, (vec_load(x + j) + added) * portion);
  if (j < columns)
    vec_store_first(x + j, columns - j,
                    (vec_load_first(x + j, columns - j) + added) * portion);
}

static void softmax_with_mean(size_t rows, size_t columns, float factor, const float *x,
                              size_t x_stride, float *out, size_t out_stride) {
  const vec scale = vec_set(factor);
  for (size_t i = 0; i < rows; i++, x += x_stride, out += out_stride) {
    const float greatest = greatest_score(columns, x, scale);
    const float mean = factor * sum_of_row(columns, x) / (float)columns;
    const float of_mean = vec_sum(vec_exp(vec_set(mean - greatest))) / VEC_WIDTH;
    const float sum = exponentials(vec_exp, columns, x, scale, greatest, out) + of_mean;
    deal_out(columns, out, of_mean / (float)columns, 1 / sum);
  }
}
