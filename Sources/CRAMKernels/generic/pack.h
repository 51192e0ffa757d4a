// Packing in portable C: to be included behind `generic/vector.h`.

// Reads along rows and writes along columns, a block of k at a time, so that both stay in L1.
VEC_INLINE void pack(const size_t width, size_t rows, size_t k, const float *x, size_t x_stride,
                     float *packed) {
  enum { BLOCK = 16 };
  for (size_t r = 0; r < rows; r += width, packed += width * k) {
    const size_t height = ramk_minimum(width, rows - r);
    for (size_t first = 0; first < k; first += BLOCK) {
      const size_t last = ramk_minimum(first + BLOCK, k);
      for (size_t i = 0; i < width; i++)
        for (size_t p = first; p < last; p++)
          packed[p * width + i] = i < height ? x[(r + i) * x_stride + p] : 0;
    }
  }
}
