#include "generic/vector.h"
#include "operations/kernels.h"

#include "operations/bfloat16.h"
#include "operations/window_rows.h"

const ramk_window_attention_kernel ramk_window_attention_float32_generic = {
  .product = &ramk_gemm_float32_generic,
  .softmax = &ramk_softmax_float32_generic,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_float32_generic = {
  .product = &ramk_gemm_float32_generic,
  .softmax = &ramk_softmax_float32_generic,
};

const ramk_window_attention_kernel ramk_window_attention_bfloat16_generic = {
  .product = &ramk_gemm_bfloat16_generic,
  .softmax = &ramk_softmax_float32_generic,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_generic = {
  .product = &ramk_gemm_bfloat16_generic,
  .softmax = &ramk_softmax_float32_generic,
  .is_narrow = true,
};
