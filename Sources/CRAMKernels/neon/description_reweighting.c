#if defined(__aarch64__)

#include "neon/vector.h"
#include "operations/description_reweighting.h"

#include <math.h>
#include <string.h>

#include "operations/bfloat16.h"
#include "operations/vector_math.h"
#include "operations/softmax_rows.h"
#include "operations/description_reweighting_label.h"

const ramk_description_reweighting_kernel ramk_description_reweighting_float32_neon = {
  .element_bytes = sizeof(float), .label = reweigh_float32,
};

const ramk_description_reweighting_kernel ramk_description_reweighting_bfloat16_neon = {
  .element_bytes = sizeof(uint16_t), .label = reweigh_bfloat16,
};

#endif
