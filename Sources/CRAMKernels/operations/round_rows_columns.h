// Rounding rows to bfloat16 over an implementation's vectors: to be included behind its `vector.h` and
// `bfloat16.h`, inside of its target attribute.

static void round_rows(size_t rows, size_t columns, const float *x, size_t x_stride, uint16_t *out,
                       size_t out_stride) {
  for (size_t i = 0; i < rows; i++, x += x_stride, out += out_stride) {
    size_t j = 0;
    for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) vec_store_bfloat16(out + j, vec_load(x + j));
    if (j == columns) continue;
    uint16_t last[VEC_WIDTH];
    vec_store_bfloat16(last, vec_load_first(x + j, columns - j));
    memcpy(out + j, last, (columns - j) * sizeof *last);
  }
}
