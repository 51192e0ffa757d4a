// Packing panels for products in bfloat16: a few steps of k are packed as floats, in L1, and encoded
// from there. To be included behind `pack`, `pack_transposed.h` and `blocking.h`, inside of their
// target attribute, where these are defined:
//   STEPS                            encoded at a time, in whole units
//   encode_panel(count, steps, to)   encodes `count` steps, NR wide, with zeros for what a unit
//                                    lacks, and returns where the next ones go

static void pack_panels(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  float steps[STEPS * NR];
  for (size_t j = 0; j < rows; j += NR)
    for (size_t p = 0; p < k; p += STEPS) {
      const size_t count = ramk_minimum(STEPS, k - p);
      pack(NR, ramk_minimum(NR, rows - j), count, x + j * x_stride + p, x_stride, steps);
      packed = encode_panel(count, steps, packed);
    }
}

static void pack_transposed(size_t columns, size_t k, const float *x, size_t x_stride,
                            void *packed) {
  float steps[STEPS * NR];
  for (size_t j = 0; j < columns; j += NR)
    for (size_t p = 0; p < k; p += STEPS) {
      const size_t count = ramk_minimum(STEPS, k - p);
      pack_steps(NR, ramk_minimum(NR, columns - j), count, x + p * x_stride + j, x_stride, steps);
      packed = encode_panel(count, steps, packed);
    }
}
