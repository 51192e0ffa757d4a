// Softmax over an implementation's vectors: to be included behind its `vector.h` and
// `vector_math.h`, inside of its target attribute.
//
//   pass 1: the greatest of scale · x
//   pass 2: e^(scale · x - greatest), written and summed in two vectors
//   pass 3: times 1 / sum; in attention that is done to what the row weighs, which is shorter

/// Lanes beyond the row count as minus infinity: they are no maximum, and e to them is 0. They are told in
/// registers: what is put together in memory is read back late.
VEC_INLINE vec load_scores(const float *x, size_t count, vec scale) {
  if (count >= VEC_WIDTH) return vec_load(x) * scale;
  vec_int lane;
#pragma clang loop unroll(full)
  for (int i = 0; i < VEC_WIDTH; i++) lane[i] = i;
  const vec_int held = lane < (int)count;
  const vec_int scores = (vec_int)(vec_load_first(x, count) * scale);
  return (vec)((scores & held) | ((vec_int)vec_set(-INFINITY) & ~held));
}

static float greatest_score(size_t columns, const float *x, vec scale) {
  vec greatest[2] = {vec_set(-INFINITY), vec_set(-INFINITY)};
  size_t j = 0;
  for (; j + 2 * VEC_WIDTH <= columns; j += 2 * VEC_WIDTH) {
    greatest[0] = vec_max(vec_load(x + j) * scale, greatest[0]);
    greatest[1] = vec_max(vec_load(x + j + VEC_WIDTH) * scale, greatest[1]);
  }
  for (; j < columns; j += VEC_WIDTH)
    greatest[0] = vec_max(load_scores(x + j, columns - j, scale), greatest[0]);
  return vec_greatest(vec_max(greatest[0], greatest[1]));
}

/// e^(scale · x - greatest) of a row; returns their sum. `out` may be `x`.
VEC_INLINE float exponentials(vec (*exp)(vec), size_t columns, const float *x, vec scale,
                              float greatest_of_row, float *out) {
  const vec greatest = vec_set(greatest_of_row);
  vec sums[2] = {vec_set(0), vec_set(0)};
  size_t j = 0;
  for (; j + 2 * VEC_WIDTH <= columns; j += 2 * VEC_WIDTH) {
    const vec first = exp(vec_load(x + j) * scale - greatest);
    const vec second = exp(vec_load(x + j + VEC_WIDTH) * scale - greatest);
    vec_store(out + j, first);
    vec_store(out + j + VEC_WIDTH, second);
    sums[0] += first;
    sums[1] += second;
  }
  for (; j < columns; j += VEC_WIDTH) {
    const size_t count = columns - j;
    const vec e = exp(load_scores(x + j, count, scale) - greatest);
    if (count >= VEC_WIDTH) vec_store(out + j, e);
    else vec_store_first(out + j, count, e);
    sums[0] += e;
  }
  return vec_sum(sums[0] + sums[1]);
}

VEC_INLINE void multiply_row(size_t columns, float *x, float factor) {
  const vec portion = vec_set(factor);
  size_t j = 0;
  for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) vec_store(x + j, vec_load(x + j) * portion);
  if (j < columns)
    vec_store_first(x + j, columns - j, vec_load_first(x + j, columns - j) * portion);
}

static void softmax(size_t rows, size_t columns, float factor, const float *x, size_t x_stride,
                    float *out, size_t out_stride) {
  const vec scale = vec_set(factor);
  for (size_t i = 0; i < rows; i++, x += x_stride, out += out_stride)
    multiply_row(columns, out,
                 1 / exponentials(vec_exp, columns, x, scale, greatest_score(columns, x, scale),
                                  out));
}
