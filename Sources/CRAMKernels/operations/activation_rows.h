// Activations over an implementation's vectors: to be included behind its `vector.h` and
// `vector_math.h`, inside of its target attribute. NaN stays NaN.

#define RAMK_ACTIVATE(expression)                                  \
  for (size_t i = 0; i < rows; i++, data += stride) {              \
    size_t j = 0;                                                  \
    for (; j + VEC_WIDTH <= columns; j += VEC_WIDTH) {             \
      const vec x = vec_load(data + j);                            \
      vec_store(data + j, expression);                             \
    }                                                              \
    if (j < columns) {                                             \
      const vec x = vec_load_first(data + j, columns - j);         \
      vec_store_first(data + j, columns - j, expression);          \
    }                                                              \
  }

/// Applies an activation in place to [rows, columns].
static void activate(ramk_activation activation, size_t rows, size_t columns, float *data,
                     size_t stride) {
  const vec zero = vec_set(0), six = vec_set(6);
  switch (activation) {
    case RAMK_ACTIVATION_NONE: break;
    case RAMK_ACTIVATION_RELU: RAMK_ACTIVATE(vec_max(zero, x)) break;
    case RAMK_ACTIVATION_RELU6: RAMK_ACTIVATE(vec_min(six, vec_max(zero, x))) break;
    case RAMK_ACTIVATION_GELU: RAMK_ACTIVATE(vec_gelu(x)) break;
  }
}

#undef RAMK_ACTIVATE
