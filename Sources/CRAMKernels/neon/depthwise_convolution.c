// Depthwise convolution: a tile is 4 outputs by 2 vectors, 16 sums of 32 registers: latency (4
// cycles) times pipes, where there are four.
//
//   a tap of a tile      instructions      Neoverse N1: a cycle  Neoverse V1, Apple M1: a cycle
//   fmla                 16                2                     4
//   ldr q                16 + 4 weights    2                     3
//
// So 10 or 7 cycles for 16 FMLA: the loads bind, at 80 % or 60 % of the peak, while the rows stay
// in L1. 6 outputs would make that 86 % or 64 %, and leave fewer maps wide enough for a tile.

#if defined(__aarch64__)

#include "neon/vector.h"
#include "operations/depthwise_convolution.h"

#define TILE_PIXELS 4
#include "operations/depthwise_convolution_row.h"

const ramk_depthwise_convolution_kernel ramk_depthwise_convolution_float32_neon = {.row = run_row};

#endif
