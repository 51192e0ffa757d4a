#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/row_kernels.h"

RAMK_AVX2_BEGIN

#include "operations/mean_rows_columns.h"

RAMK_AVX2_END

const ramk_mean_rows_kernel ramk_mean_rows_float32_avx2 = {.mean = mean};

#endif
