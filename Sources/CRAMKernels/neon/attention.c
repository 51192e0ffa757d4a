#if defined(__aarch64__)

#include "neon/vector.h"
#include "operations/kernels.h"

#include "operations/bfloat16.h"
#include "operations/window_rows.h"

const ramk_window_attention_kernel ramk_window_attention_float32_neon = {
  .product = &ramk_gemm_float32_neon,
  .softmax = &ramk_softmax_float32_neon,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_float32_neon = {
  .product = &ramk_gemm_float32_neon,
  .softmax = &ramk_softmax_float32_neon,
};

const ramk_window_attention_kernel ramk_window_attention_bfloat16_neon = {
  .product = &ramk_gemm_bfloat16_neon,
  .softmax = &ramk_softmax_float32_neon,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_neon = {
  .product = &ramk_gemm_bfloat16_neon,
  .softmax = &ramk_softmax_float32_neon,
  .is_narrow = true,
};

const ramk_window_attention_kernel ramk_window_attention_bfloat16_neon_bf16 = {
  .product = &ramk_gemm_bfloat16_neon_bf16,
  .softmax = &ramk_softmax_float32_neon,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_neon_bf16 = {
  .product = &ramk_gemm_bfloat16_neon_bf16,
  .softmax = &ramk_softmax_float32_neon,
  .is_narrow = true,
};

#endif
