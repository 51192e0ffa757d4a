// A function of each number of rows, over an implementation's vectors: to be included behind its `vector.h`,
// inside of its target attribute.

VEC_INLINE void each_vector(vec (*of)(vec), size_t rows, size_t columns, float *x, size_t stride) {
  for (size_t i = 0; i < rows; i++, x += stride) {
    size_t j = 0;
    for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) vec_store(x + j, of(vec_load(x + j)));
    if (j < columns) vec_store_first(x + j, columns - j, of(vec_load_first(x + j, columns - j)));
  }
}
