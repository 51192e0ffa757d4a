// Depthwise convolution, 512 bits: a tile is 6 outputs by 2 vectors, 12 sums of 32 registers.
//
//   a tap of a tile      instructions      Zen 5, Golden Cove: a cycle
//   vfmadd231ps zmm, m   12                2
//   loads                12 + 2 weights    2
//
// So 7 cycles for 12 FMA: the loads bind, at 86 % of the peak, while the rows stay in L1. 8 outputs
// would make that 89 %, and leave fewer maps wide enough for a tile.

#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/depthwise_convolution.h"

RAMK_AVX512_BEGIN

#define TILE_PIXELS 6
#include "operations/depthwise_convolution_row.h"

RAMK_AVX512_END

const ramk_depthwise_convolution_kernel ramk_depthwise_convolution_float32_avx512 = {
  .row = run_row,
};

#endif
