#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

RAMK_AVX2_BEGIN

#include "operations/vector_math.h"
#include "operations/row_dots_rows.h"

RAMK_AVX2_END

const ramk_row_dots_kernel ramk_row_dots_float32_avx2 = {.rows = dots};

#endif
