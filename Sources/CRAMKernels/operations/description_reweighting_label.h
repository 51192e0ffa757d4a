// RAM++'s re-weighting of one label's descriptions over an implementation's vectors: to be included
// behind its `vector.h`, `vector_math.h`, `softmax_rows.h` and `bfloat16.h`, inside of its target
// attribute.
//
//   pass 1: similarities, four rows at a time, so that the image is read once for them
//   softmax over them
//   pass 2: out, a block of columns at a time in registers, down all rows
//
// The rows come from memory in pass 1 and from L2 in pass 2: a sum that follows the similarities
// row by row would have to be scaled anew with each new greatest one.

enum { ROWS_AT_ONCE = 4, VECTORS_AT_ONCE = 8 };

/// Where number `index` of descriptions of either kind starts.
VEC_INLINE const void *place(bool is_bfloat16, const void *x, size_t index) {
  return (const char *)x + index * (is_bfloat16 ? sizeof(uint16_t) : sizeof(float));
}

/// A vector of a row, of which `count` numbers are left: zeros behind them, and nothing read there.
VEC_INLINE vec load_numbers(bool is_bfloat16, const void *x, size_t count) {
  if (!is_bfloat16) return count >= VEC_WIDTH ? vec_load(x) : vec_load_first(x, count);
  if (count >= VEC_WIDTH) return vec_load_bfloat16(x);
  uint16_t rest[VEC_WIDTH] = {0};
  memcpy(rest, x, count * sizeof(uint16_t));
  return vec_load_bfloat16(rest);
}

VEC_INLINE void similarities_of_rows(const size_t rows, bool is_bfloat16, size_t width,
                                     const void *x, size_t stride, const float *image, float scale,
                                     float *out) {
  vec sums[ROWS_AT_ONCE][2];
  for (size_t r = 0; r < rows; r++) sums[r][0] = sums[r][1] = vec_set(0);
  size_t j = 0;
  for (; j + 2 * VEC_WIDTH <= width; j += 2 * VEC_WIDTH) {
    const vec first = vec_load(image + j), second = vec_load(image + j + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      const void *row = place(is_bfloat16, x, r * stride + j);
      sums[r][0] = vec_fma(load_numbers(is_bfloat16, row, VEC_WIDTH), first, sums[r][0]);
      row = place(is_bfloat16, row, VEC_WIDTH);
      sums[r][1] = vec_fma(load_numbers(is_bfloat16, row, VEC_WIDTH), second, sums[r][1]);
    }
  }
  for (; j < width; j += VEC_WIDTH) {
    const vec part = load_numbers(false, image + j, width - j);
    for (size_t r = 0; r < rows; r++) {
      const void *row = place(is_bfloat16, x, r * stride + j);
      sums[r][0] = vec_fma(load_numbers(is_bfloat16, row, width - j), part, sums[r][0]);
    }
  }
  for (size_t r = 0; r < rows; r++) out[r] = scale * vec_sum(sums[r][0] + sums[r][1]);
}

/// `columns` columns of the weighted sum of rows, in `vectors` vectors.
VEC_INLINE void weigh_columns(const size_t vectors, bool is_bfloat16, size_t count, size_t columns,
                              const void *x, size_t stride, const float *weights, float *out) {
  vec sums[VECTORS_AT_ONCE];
  for (size_t v = 0; v < vectors; v++) sums[v] = vec_set(0);
  for (size_t i = 0; i < count; i++) {
    const vec weight = vec_set(weights[i]);
#pragma clang loop unroll(full)
    for (size_t v = 0; v < vectors; v++) {
      const void *row = place(is_bfloat16, x, i * stride + v * VEC_WIDTH);
      const vec numbers = load_numbers(is_bfloat16, row, columns - v * VEC_WIDTH);
      sums[v] = vec_fma(numbers, weight, sums[v]);
    }
  }
  for (size_t v = 0; v < vectors; v++) {
    const size_t rest = columns - v * VEC_WIDTH;
    if (rest >= VEC_WIDTH) vec_store(out + v * VEC_WIDTH, sums[v]);
    else vec_store_first(out + v * VEC_WIDTH, rest, sums[v]);
  }
}

VEC_INLINE void reweigh_label(bool is_bfloat16, size_t count, size_t width, const void *x,
                              size_t stride, const float *image, float scale, float *weights,
                              float *out) {
  size_t i = 0;
  for (; i + ROWS_AT_ONCE <= count; i += ROWS_AT_ONCE)
    similarities_of_rows(ROWS_AT_ONCE, is_bfloat16, width, place(is_bfloat16, x, i * stride),
                         stride, image, scale, weights + i);
  for (; i < count; i++)
    similarities_of_rows(1, is_bfloat16, width, place(is_bfloat16, x, i * stride), stride, image,
                         scale, weights + i);
  softmax(1, count, 1, weights, count, weights, count);
  enum { BLOCK = VECTORS_AT_ONCE * VEC_WIDTH };
  size_t j = 0;
  for (; j + BLOCK <= width; j += BLOCK)
    weigh_columns(VECTORS_AT_ONCE, is_bfloat16, count, BLOCK, place(is_bfloat16, x, j), stride,
                  weights, out + j);
  for (; j < width; j += VEC_WIDTH)
    weigh_columns(1, is_bfloat16, count, width - j, place(is_bfloat16, x, j), stride, weights,
                  out + j);
}

static void reweigh_float32(size_t count, size_t width, const void *descriptions, size_t stride,
                            const float *image, float scale, float *weights, float *out) {
  reweigh_label(false, count, width, descriptions, stride, image, scale, weights, out);
}

static void reweigh_bfloat16(size_t count, size_t width, const void *descriptions, size_t stride,
                             const float *image, float scale, float *weights, float *out) {
  reweigh_label(true, count, width, descriptions, stride, image, scale, weights, out);
}
