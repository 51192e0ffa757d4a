// What attention asks of a softmax: to be included behind `softmax_rows.h`.

static void weigh(size_t rows, size_t columns, float factor, float *x, size_t stride,
                  float *portions) {
  for (size_t i = 0; i < rows; i++, x += stride)
    portions[i] = 1 / exponentials(vec_exp, columns, x, vec_set(factor), x);
}

static void weigh_narrow(size_t rows, size_t columns, float factor, float *x, size_t stride,
                         float *portions) {
  for (size_t i = 0; i < rows; i++, x += stride)
    portions[i] = 1 / exponentials(vec_exp_narrow, columns, x, vec_set(factor), x);
}

static void multiply_rows(size_t rows, size_t columns, const float *factors, float *x,
                          size_t stride) {
  for (size_t i = 0; i < rows; i++, x += stride) multiply_row(columns, x, factors[i]);
}
