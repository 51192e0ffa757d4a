// Dot products over an implementation's vectors: to be included behind its `vector.h` and
// `vector_math.h`, inside of its target attribute. Each row is summed in 4 vectors.

static void dots(size_t rows, size_t columns, const float *a, size_t a_stride, const float *b,
                 size_t b_stride, const float *bias, float *out) {
  enum { SUMS = 4 };  // multiply-adds in flight: latency 4 cycles, 2 a cycle at most
  for (size_t i = 0; i < rows; i++, a += a_stride, b += b_stride) {
    vec sums[SUMS] = {vec_set(0), vec_set(0), vec_set(0), vec_set(0)};
    size_t j = 0;
    for (; j + SUMS * VEC_WIDTH <= columns; j += SUMS * VEC_WIDTH)
#pragma clang loop unroll(full)
      for (size_t s = 0; s < SUMS; s++) {
        const size_t k = j + s * VEC_WIDTH;
        sums[s] = vec_fma(vec_load(a + k), vec_load(b + k), sums[s]);
      }
    for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH)
      sums[0] = vec_fma(vec_load(a + j), vec_load(b + j), sums[0]);
    if (j < columns)
      sums[1] = vec_fma(vec_load_first(a + j, columns - j), vec_load_first(b + j, columns - j),
                        sums[1]);
    out[i] = vec_sum((sums[0] + sums[1]) + (sums[2] + sums[3])) + (bias ? bias[i] : 0);
  }
}
