#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/row_kernels.h"

RAMK_AVX512_BEGIN

#include "operations/mean_rows_columns.h"

RAMK_AVX512_END

const ramk_mean_rows_kernel ramk_mean_rows_float32_avx512 = {.mean = mean};

#endif
