// Window attention in bfloat16 for AVX-512 BF16.

#if defined(__x86_64__)

#include "avx512/blocking.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/kernels.h"

#include <string.h>

RAMK_AVX512_BEGIN

#include "operations/bfloat16.h"
#include "operations/window_rows.h"

enum { PANEL_STEPS = 2 };

// Panels [columns / NR][units][NR].
VEC_INLINE uint32_t *panel_line(uint32_t *panels, size_t units, size_t column, size_t unit) {
  return panels + (column / NR * units + unit) * NR + column % NR;
}

#include "avx512/window_packing.h"

RAMK_AVX512_END

const ramk_window_attention_kernel ramk_window_attention_bfloat16_avx512_bf16 = {
  .product = &ramk_gemm_bfloat16_avx512_bf16,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias, .pack_rounded = pack_rounded,
};

#endif
