#include "generic/vector.h"
#include "operations/row_kernels.h"

#include <math.h>

#include "operations/vector_math.h"
#include "operations/layer_norm_rows.h"

const ramk_layer_norm_kernel ramk_layer_norm_float32_generic = {.rows = layer_norm};
