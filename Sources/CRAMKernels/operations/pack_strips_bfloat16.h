// Packing strips for products in bfloat16: a few steps of k are packed as floats, in L1, and encoded
// from there. To be included behind `pack` and `blocking.h`, inside of their target attribute, where
// these are defined:
//   STEPS                            encoded at a time, in whole units
//   encode_strip(count, steps, to)   encodes `count` steps, MR wide, with zeros for what a unit
//                                    lacks, and returns where the next ones go

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  float steps[STEPS * MR];
  for (size_t i = 0; i < rows; i += MR)
    for (size_t p = 0; p < k; p += STEPS) {
      const size_t count = ramk_minimum(STEPS, k - p);
      pack(MR, ramk_minimum(MR, rows - i), count, x + i * x_stride + p, x_stride, steps);
      packed = encode_strip(count, steps, packed);
    }
}
