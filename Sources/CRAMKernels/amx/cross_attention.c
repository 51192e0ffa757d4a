#if defined(__x86_64__)

#include "operations/kernels.h"

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_amx = {
  .product = &ramk_gemm_bfloat16_amx,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
};

#endif
