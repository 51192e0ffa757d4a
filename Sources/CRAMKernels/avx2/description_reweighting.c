#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/description_reweighting.h"

#include <math.h>
#include <string.h>

RAMK_AVX2_BEGIN

#include "operations/bfloat16.h"
#include "operations/vector_math.h"
#include "operations/softmax_rows.h"
#include "operations/description_reweighting_label.h"

RAMK_AVX2_END

const ramk_description_reweighting_kernel ramk_description_reweighting_float32_avx2 = {
  .element_bytes = sizeof(float), .label = reweigh_float32,
};

const ramk_description_reweighting_kernel ramk_description_reweighting_bfloat16_avx2 = {
  .element_bytes = sizeof(uint16_t), .label = reweigh_bfloat16,
};

#endif
