// Depthwise convolution, 256 bits: a tile is 4 outputs by 2 vectors, 8 sums of 16 registers.
//
//   a tap of a tile      instructions      Zen 3: a cycle
//   vfmadd231ps ymm, m   8                 2 (FP0, FP1)
//   loads                8 + 2 weights     2
//
// So 5 cycles for 8 FMA: the loads bind, at 80 % of the peak, while the rows stay in L1. The two
// vectors are one cache line, so that no pixel's line is fetched twice.

#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/depthwise_convolution.h"

RAMK_AVX2_BEGIN

#define TILE_PIXELS 4
#include "operations/depthwise_convolution_row.h"

RAMK_AVX2_END

const ramk_depthwise_convolution_kernel ramk_depthwise_convolution_float32_avx2 = {.row = run_row};

#endif
