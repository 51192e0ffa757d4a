// The matrix product in float32: 6 rows x 16 columns of sums in registers.
//
// | instruction        | Neoverse N1, N2     | Neoverse V1, V2     | Apple M1            |
// | fmla v.4s, v.s[i]  | 4 cycles, 2 a cycle | 4 cycles, 4 a cycle | 4 cycles, 4 a cycle |
// | ldr q              | 2 a cycle, N2 3     | 3 a cycle           | 3 a cycle           |
// A step is bound by its 24 FMLA; it loads 6 registers. llvm-mca 19 models the loop at 12.0 cycles a
// step on N1 and N2, 6.0 on V1 and V2: no cycle is lost. Not measured yet on a CPU.

#if defined(__aarch64__)

#include "neon/gelu.h"
#include "neon/blocking.h"
#include "neon/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#define UNROLL 2

#include "neon/pack.h"
#include "operations/gemm_tile_float32.h"
#include "neon/gemm_strip.h"
#include "operations/gemm_tile.h"
#include "operations/pack_transposed.h"
#include "operations/pack_float32.h"

const ramk_gemm_kernel ramk_gemm_float32_neon = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(strip_element), .panel_bytes = sizeof(panel_element),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .tile = tile, .gelu = ramk_gelu_neon,
};

#endif
