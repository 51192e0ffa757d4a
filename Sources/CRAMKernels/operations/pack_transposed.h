// Packing panels from a matrix whose rows are steps of k, over an implementation's vectors: to be
// included behind its `vector.h`, inside of its target attribute.

/// x [k, columns] goes to panels [columns / width][k][width], with zeros beyond the last column.
VEC_INLINE void pack_steps(const size_t width, size_t columns, size_t k, const float *x,
                           size_t x_stride, float *packed) {
  for (size_t j = 0; j < columns; j += width)
    for (size_t p = 0; p < k; p++, packed += width)
      for (size_t i = 0; i < width; i += VEC_WIDTH) {
        const float *from = x + p * x_stride + j + i;
        const size_t count = j + i < columns ? columns - j - i : 0;
        if (count >= VEC_WIDTH) vec_store(packed + i, vec_load(from));
        else vec_store(packed + i, count > 0 ? vec_load_first(from, count) : vec_set(0));
      }
}
