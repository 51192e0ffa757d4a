// Packing rows that are bfloat16 numbers already, through the floats that they are. To be included behind
// `pack_strips`, inside of its target attribute, where this is defined:
//   CHUNK  steps of k in a chunk

static void pack_rounded_strip(size_t rows, size_t k, const uint16_t *x, size_t x_stride,
                               void *packed) {
  float widened[MR * CHUNK];
  for (size_t i = 0; i < rows; i++)
    for (size_t p = 0; p < k; p++) {
      const uint32_t bits = (uint32_t)x[i * x_stride + p] << 16;
      memcpy(widened + i * k + p, &bits, sizeof bits);
    }
  pack_strips(rows, k, widened, k, packed);
}
