#if defined(__aarch64__)

#include "neon/vector.h"
#include "operations/row_kernels.h"

#include "operations/mean_rows_columns.h"

const ramk_mean_rows_kernel ramk_mean_rows_float32_neon = {.mean = mean};

#endif
