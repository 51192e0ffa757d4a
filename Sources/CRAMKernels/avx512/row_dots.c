#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

RAMK_AVX512_BEGIN

#include "operations/vector_math.h"
#include "operations/row_dots_rows.h"

RAMK_AVX512_END

const ramk_row_dots_kernel ramk_row_dots_float32_avx512 = {.rows = dots};

#endif
