#if defined(__aarch64__)

#include "neon/activation.h"
#include "neon/vector.h"

#include "operations/vector_math.h"
#include "operations/activation_rows.h"

void ramk_activate_float32_neon(ramk_activation activation, size_t rows, size_t columns,
                                float *data, size_t stride) {
  activate(activation, rows, columns, data, stride);
}

#endif
