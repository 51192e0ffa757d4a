#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

RAMK_AVX512_BEGIN

#include "operations/vector_math.h"
#include "operations/layer_norm_rows.h"

RAMK_AVX512_END

const ramk_layer_norm_kernel ramk_layer_norm_float32_avx512 = {.rows = layer_norm};

#endif
