#if defined(__x86_64__)

#include "avx512/gelu.h"
#include "avx512/vector.h"

RAMK_AVX512_BEGIN

#include "operations/vector_math.h"

#include "avx512/gelu_by_parts.h"
#include "operations/gelu_rows.h"

void ramk_gelu_avx512(size_t rows, size_t columns, float *x, size_t stride) {
  each_vector(vec_gelu, rows, columns, x, stride);
}

void ramk_gelu_narrow_avx512(size_t rows, size_t columns, float *x, size_t stride) {
  each_vector(gelu_by_parts, rows, columns, x, stride);
}

RAMK_AVX512_END

#endif
