#if defined(__aarch64__)

#include "neon/gelu.h"
#include "neon/vector.h"

#include "operations/vector_math.h"
#include "operations/gelu_rows.h"

void ramk_gelu_neon(size_t rows, size_t columns, float *x, size_t stride) {
  each_vector(vec_gelu, rows, columns, x, stride);
}

void ramk_gelu_narrow_neon(size_t rows, size_t columns, float *x, size_t stride) {
  each_vector(vec_gelu_narrow, rows, columns, x, stride);
}

#endif
