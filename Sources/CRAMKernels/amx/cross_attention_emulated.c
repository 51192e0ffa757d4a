#include "operations/kernels.h"

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_amx_emulated = {
  .product = &ramk_gemm_bfloat16_amx_emulated,
  .softmax = &ramk_softmax_float32_generic,
  .is_narrow = true,
};
