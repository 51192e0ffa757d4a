#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

RAMK_AVX512_BEGIN

#include "operations/vector_math.h"
#include "operations/softmax_rows.h"
#include "operations/softmax_weights.h"

RAMK_AVX512_END

const ramk_softmax_kernel ramk_softmax_float32_avx512 = {
  .rows = softmax, .rows_with_mean = softmax_with_mean, .weigh = weigh,
  .weigh_narrow = weigh_narrow, .multiply_rows = multiply_rows,
};

#endif
