#if defined(__x86_64__)

#include "avx2/activation.h"
#include "avx2/vector.h"

RAMK_AVX2_BEGIN

#include "operations/vector_math.h"
#include "operations/activation_rows.h"

void ramk_activate_float32_avx2(ramk_activation activation, size_t rows, size_t columns,
                                float *data, size_t stride) {
  activate(activation, rows, columns, data, stride);
}

RAMK_AVX2_END

#endif
