// Packing as it is, for products in float32: to be included behind `pack`, `pack_transposed.h` and
// `blocking.h`, inside of their target attribute.

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  pack(MR, rows, k, x, x_stride, packed);
}

static void pack_panels(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  pack(NR, rows, k, x, x_stride, packed);
}

static void pack_transposed(size_t columns, size_t k, const float *x, size_t x_stride,
                            void *packed) {
  pack_steps(NR, columns, k, x, x_stride, packed);
}
