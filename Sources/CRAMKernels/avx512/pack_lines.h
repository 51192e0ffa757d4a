// Packing rows into strips of lines of 32 bfloat16 numbers: to be included behind `avx512/pair.h` and
// `strip_lines.h`, inside of RAMK_AVX512_BF16_BEGIN and _END.

/// The first `n` numbers of a line.
VEC_INLINE __mmask32 first_halves(size_t n) {
  return n < LINE_STEPS ? (__mmask32)((1u << n) - 1) : ~(__mmask32)0;
}

static void pack_rounded_strip(size_t rows, size_t k, const uint16_t *x, size_t x_stride,
                               void *packed) {
  for (size_t row = 0; row < rows; row++, x += x_stride)
    for (size_t p = 0; p < k; p += LINE_STEPS)
      _mm512_storeu_si512(line_of(packed, row, p),
                          _mm512_maskz_loadu_epi16(first_halves(k - p), x + p));
}

// 32 steps of a row make a line.
static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  for (size_t i = 0; i < rows; i += MR, packed = end_of_strip(packed, k))
    for (size_t row = 0; row < ramk_minimum(MR, rows - i); row++) {
      const float *from = x + (i + row) * x_stride;
      size_t p = 0;
      for (; p + LINE_STEPS <= k; p += LINE_STEPS)
        vec_store((float *)line_of(packed, row, p),
                  (vec)narrow(vec_load(from + p), vec_load(from + p + VEC_WIDTH)));
      if (p == k) continue;
      const size_t low = ramk_minimum(VEC_WIDTH, k - p), high = k - p - low;
      const vec last = high > 0 ? vec_load_first(from + p + VEC_WIDTH, high) : vec_set(0);
      vec_store((float *)line_of(packed, row, p), (vec)narrow(vec_load_first(from + p, low), last));
    }
}
