#include "generic/activation.h"

#include <math.h>

void ramk_activate_float32_generic(ramk_activation activation, size_t rows, size_t columns, float *x,
                                   size_t stride) {
  for (size_t i = 0; i < rows; i++, x += stride)
    for (size_t j = 0; j < columns; j++) switch (activation) {
        case RAMK_ACTIVATION_NONE: break;
        case RAMK_ACTIVATION_RELU: x[j] = x[j] > 0 ? x[j] : 0; break;
        case RAMK_ACTIVATION_RELU6: x[j] = x[j] > 0 ? (x[j] < 6 ? x[j] : 6) : 0; break;
        case RAMK_ACTIVATION_GELU: x[j] = x[j] / 2 * (1 + erff(x[j] * 0x1.6a09e6p-1f)); break;
      }
}
