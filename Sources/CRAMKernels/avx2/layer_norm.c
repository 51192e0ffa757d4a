#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

RAMK_AVX2_BEGIN

#include "operations/vector_math.h"
#include "operations/layer_norm_rows.h"

RAMK_AVX2_END

const ramk_layer_norm_kernel ramk_layer_norm_float32_avx2 = {.rows = layer_norm};

#endif
