#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/kernels.h"

#include <string.h>

RAMK_AVX512_BEGIN

#include "operations/bfloat16.h"
#include "operations/window_rows.h"

RAMK_AVX512_END

const ramk_window_attention_kernel ramk_window_attention_float32_avx512 = {
  .product = &ramk_gemm_float32_avx512,
  .softmax = &ramk_softmax_float32_avx512,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_float32_avx512 = {
  .product = &ramk_gemm_float32_avx512,
  .softmax = &ramk_softmax_float32_avx512,
};

const ramk_window_attention_kernel ramk_window_attention_bfloat16_avx512 = {
  .product = &ramk_gemm_bfloat16_avx512,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_avx512 = {
  .product = &ramk_gemm_bfloat16_avx512,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
};

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_avx512_bf16 = {
  .product = &ramk_gemm_bfloat16_avx512_bf16,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
};

#endif
