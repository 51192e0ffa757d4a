// Depthwise convolution over four floats: 4 outputs by 2 vectors, 8 of 16 registers.

#include "generic/vector.h"
#include "operations/depthwise_convolution.h"

#define TILE_PIXELS 4
#include "operations/depthwise_convolution_row.h"

const ramk_depthwise_convolution_kernel ramk_depthwise_convolution_float32_generic = {
  .row = run_row,
};
