// LayerNorm over an implementation's vectors: to be included behind its `vector.h` and
// `vector_math.h`, inside of its target attribute.
//
//   pass 1: the mean, summed in 4 vectors
//   pass 2: sums of d = x - mean and of d²; the former is what rounding left out of the mean
//   pass 3: (x - mean - what was left) / sqrt(variance + epsilon) · gain + bias
// so that a row far from zero, whose mean no single float holds, loses nothing.
// A row stays in L1 between the passes.

enum { SUMS = 4 };  // additions in flight: latency 3 or 4 cycles, 2 a cycle at most

typedef struct { float mean, left, scale; } row_moments;

static float row_mean(size_t columns, const float *x) {
  vec sums[SUMS] = {vec_set(0), vec_set(0), vec_set(0), vec_set(0)};
  size_t j = 0;
  for (; j + SUMS * VEC_WIDTH <= columns; j += SUMS * VEC_WIDTH)
#pragma clang loop unroll(full)
    for (size_t s = 0; s < SUMS; s++) sums[s] += vec_load(x + j + s * VEC_WIDTH);
  for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) sums[0] += vec_load(x + j);
  if (j < columns) sums[1] += vec_load_first(x + j, columns - j);
  return vec_sum((sums[0] + sums[1]) + (sums[2] + sums[3])) / (float)columns;
}

static row_moments moments(size_t columns, const float *x, float epsilon) {
  const float mean = row_mean(columns, x);
  const vec center = vec_set(mean);
  vec sums[SUMS] = {vec_set(0), vec_set(0), vec_set(0), vec_set(0)};
  vec squares[SUMS] = {vec_set(0), vec_set(0), vec_set(0), vec_set(0)};
  size_t j = 0;
  for (; j + SUMS * VEC_WIDTH <= columns; j += SUMS * VEC_WIDTH)
#pragma clang loop unroll(full)
    for (size_t s = 0; s < SUMS; s++) {
      const vec d = vec_load(x + j + s * VEC_WIDTH) - center;
      sums[s] += d;
      squares[s] = vec_fma(d, d, squares[s]);
    }
  for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) {
    const vec d = vec_load(x + j) - center;
    sums[0] += d;
    squares[0] = vec_fma(d, d, squares[0]);
  }
  if (j < columns) {
    float rest[VEC_WIDTH];
    vec_store(rest, center);  // lanes beyond the row deviate by nothing
    vec_store_first(rest, columns - j, vec_load_first(x + j, columns - j));
    const vec d = vec_load(rest) - center;
    sums[1] += d;
    squares[1] = vec_fma(d, d, squares[1]);
  }
  const float n = (float)columns;
  const float left = vec_sum((sums[0] + sums[1]) + (sums[2] + sums[3])) / n;
  const float square = vec_sum((squares[0] + squares[1]) + (squares[2] + squares[3])) / n;
  const float variance = square - left * left;
  const float scale = 1 / sqrtf((variance > 0 ? variance : square) + epsilon);
  return (row_moments){mean, left, scale};
}

static void layer_norm(size_t rows, size_t columns, const float *x, size_t x_stride,
                       const float *gain, const float *bias, float epsilon, float *out,
                       size_t out_stride) {
  for (size_t i = 0; i < rows; i++, x += x_stride, out += out_stride) {
    const row_moments row = moments(columns, x, epsilon);
    const vec mean = vec_set(row.mean), left = vec_set(row.left), scale = vec_set(row.scale);
    size_t j = 0;
    for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) {
      const vec normal = (vec_load(x + j) - mean - left) * scale;
      vec_store(out + j, vec_fma(normal, vec_load(gain + j), vec_load(bias + j)));
    }
    if (j < columns) {
      const size_t rest = columns - j;
      const vec normal = (vec_load_first(x + j, rest) - mean - left) * scale;
      vec_store_first(out + j, rest, vec_fma(normal, vec_load_first(gain + j, rest),
                                             vec_load_first(bias + j, rest)));
    }
  }
}
