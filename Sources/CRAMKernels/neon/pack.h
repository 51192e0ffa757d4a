// Packing in float32 by blocks of 4 x 4 transposed in q registers: to be included behind
// `vector.h`.

enum { LANES = 4 };

// Four rows of four, transposed: column p of `x` becomes row p.
VEC_INLINE void transpose(float32x4_t x[LANES]) {
  const float32x4_t a = vtrn1q_f32(x[0], x[1]), b = vtrn2q_f32(x[0], x[1]);
  const float32x4_t c = vtrn1q_f32(x[2], x[3]), d = vtrn2q_f32(x[2], x[3]);
  x[0] = vcombine_f32(vget_low_f32(a), vget_low_f32(c));
  x[1] = vcombine_f32(vget_low_f32(b), vget_low_f32(d));
  x[2] = vcombine_f32(vget_high_f32(a), vget_high_f32(c));
  x[3] = vcombine_f32(vget_high_f32(b), vget_high_f32(d));
}

// Up to four rows and columns from x, with zeros for those that lack, transposed.
VEC_INLINE void load_transposed(size_t rows, size_t columns, const float *x, size_t x_stride,
                                float32x4_t v[LANES]) {
#pragma clang loop unroll(full)
  for (size_t i = 0; i < LANES; i++)
    v[i] = i < rows ? vec_load_half(x + i * x_stride, columns) : vdupq_n_f32(0);
  transpose(v);
}

// Four columns of up to four rows of x [rows, columns] go to steps of `width` floats, `lanes` (4,
// or 2 at the end of a strip of 6) of them.
VEC_INLINE void pack_block(size_t rows, size_t columns, const float *x, size_t x_stride,
                           size_t width, size_t lanes, float *steps) {
  float32x4_t v[LANES];
  load_transposed(rows, columns, x, x_stride, v);
#pragma clang loop unroll(full)
  for (size_t p = 0; p < LANES; p++) {
    if (p == columns) return;
    if (lanes == LANES) vst1q_f32(steps + p * width, v[p]);
    else vst1_f32(steps + p * width, vget_low_f32(v[p]));
  }
}

// Strips or panels `width` wide.
VEC_INLINE void pack(const size_t width, size_t rows, size_t k, const float *x, size_t x_stride,
                     float *packed) {
  for (size_t r = 0; r < rows; r += width, packed += width * k)
    for (size_t p = 0; p < k; p += LANES)
#pragma clang loop unroll(full)
      for (size_t lane = 0; lane < width; lane += LANES) {
        const size_t row = r + lane, lanes = ramk_minimum(LANES, width - lane);
        const size_t height = row < rows ? ramk_minimum(lanes, rows - row) : 0;
        const size_t columns = ramk_minimum(LANES, k - p);
        const float *from = x + row * x_stride + p;
        float *to = packed + p * width + lane;
        if (height == lanes && columns == LANES)
          pack_block(lanes, LANES, from, x_stride, width, lanes, to);
        else pack_block(height, columns, from, x_stride, width, lanes, to);
      }
}
