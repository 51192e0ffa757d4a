#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/kernels.h"

#include <string.h>

RAMK_AVX512_BEGIN

#include "operations/bfloat16.h"
#include "operations/window_rows.h"

RAMK_AVX512_END

const ramk_window_attention_kernel ramk_window_attention_bfloat16_amx = {
  .product = &ramk_gemm_bfloat16_amx,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias,
};

const ramk_cross_attention_kernel ramk_cross_attention_bfloat16_amx = {
  .product = &ramk_gemm_bfloat16_amx,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
};

#endif
