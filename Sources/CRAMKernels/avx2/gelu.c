#if defined(__x86_64__)

#include "avx2/gelu.h"
#include "avx2/vector.h"

RAMK_AVX2_BEGIN

#include "operations/vector_math.h"
#include "operations/gelu_rows.h"

void ramk_gelu_avx2(size_t rows, size_t columns, float *x, size_t stride) {
  each_vector(vec_gelu, rows, columns, x, stride);
}

void ramk_gelu_narrow_avx2(size_t rows, size_t columns, float *x, size_t stride) {
  each_vector(vec_gelu_narrow, rows, columns, x, stride);
}

RAMK_AVX2_END

#endif
