#include "generic/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

#include "operations/vector_math.h"
#include "operations/softmax_rows.h"
#include "operations/softmax_weights.h"

const ramk_softmax_kernel ramk_softmax_float32_generic = {
  .rows = softmax, .rows_with_mean = softmax_with_mean, .weigh = weigh,
  .weigh_narrow = weigh_narrow, .multiply_rows = multiply_rows,
};
