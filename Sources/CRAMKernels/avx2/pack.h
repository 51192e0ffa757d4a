// Packing in float32 by blocks of 8 x 8 transposed in ymm registers, for AVX2 and AVX-512 alike: to be
// included behind a `vector.h`, inside of its target attribute.

enum { LANES = 8 };

VEC_INLINE __m256i first_lanes(size_t n) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

// Eight rows of eight, transposed: column p of `x` becomes row p.
VEC_INLINE void transpose(__m256 x[LANES]) {
  __m256 pairs[LANES], fours[LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm256_unpacklo_ps(x[i], x[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_ps(x[i], x[i + 1]);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4) {
    fours[i] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0x44);
    fours[i + 1] = _mm256_shuffle_ps(pairs[i], pairs[i + 2], 0xee);
    fours[i + 2] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0x44);
    fours[i + 3] = _mm256_shuffle_ps(pairs[i + 1], pairs[i + 3], 0xee);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    x[i] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x20);
    x[i + 4] = _mm256_permute2f128_ps(fours[i], fours[i + 4], 0x31);
  }
}

// Eight columns of up to eight rows of x [rows, columns] go to steps of `width` floats.
VEC_INLINE void pack_block(size_t rows, size_t columns, const float *x, size_t x_stride,
                           size_t width, size_t lanes, bool last, float *steps) {
  __m256 v[LANES];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < LANES; i++) {
    if (i >= rows) v[i] = _mm256_setzero_ps();
    else if (columns == LANES) v[i] = _mm256_loadu_ps(x + i * x_stride);
    else v[i] = _mm256_maskload_ps(x + i * x_stride, first_lanes(columns));
  }
  transpose(v);
  for (size_t p = 0; p < columns; p++) {
    // Lanes beyond a step's own are the next step's first, and written after this.
    if (lanes >= LANES || !last || p + 1 < columns) _mm256_storeu_ps(steps + p * width, v[p]);
    else _mm256_maskstore_ps(steps + p * width, first_lanes(lanes), v[p]);
  }
}

// Strips or panels `width` wide. A step's last lanes are written first, for what they spill.
VEC_INLINE void pack(const size_t width, size_t rows, size_t k, const float *x, size_t x_stride,
                     float *packed) {
  const size_t blocks = (width + LANES - 1) / LANES;
  for (size_t r = 0; r < rows; r += width, packed += width * k)
    for (size_t p = 0; p < k; p += LANES)
      for (size_t block = blocks; block-- > 0;) {
        const size_t lane = block * LANES, row = r + lane;
        const size_t lanes = ramk_minimum(LANES, width - lane);
        const size_t height = row < rows ? ramk_minimum(lanes, rows - row) : 0;
        pack_block(height, ramk_minimum(LANES, k - p), x + row * x_stride + p, x_stride, width,
                   lanes, p + LANES >= k, packed + p * width + lane);
      }
}
