#if defined(__aarch64__)

#include "neon/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

#include "operations/vector_math.h"
#include "operations/row_dots_rows.h"

const ramk_row_dots_kernel ramk_row_dots_float32_neon = {.rows = dots};

#endif
