#include "generic/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

#include "operations/vector_math.h"
#include "operations/row_dots_rows.h"

const ramk_row_dots_kernel ramk_row_dots_float32_generic = {.rows = dots};
