#include "generic/activation.h"
#include "generic/vector.h"

#include "operations/vector_math.h"
#include "operations/activation_rows.h"

void ramk_activate_float32_generic(ramk_activation activation, size_t rows, size_t columns,
                                   float *data, size_t stride) {
  activate(activation, rows, columns, data, stride);
}
