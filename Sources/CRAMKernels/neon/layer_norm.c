#if defined(__aarch64__)

#include "neon/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

#include "operations/vector_math.h"
#include "operations/layer_norm_rows.h"

const ramk_layer_norm_kernel ramk_layer_norm_float32_neon = {.rows = layer_norm};

#endif
