// The matrix product in float32 for AVX2 and FMA: 6 rows x 16 columns of sums in registers.
//
// | instruction             | Zen 3, Zen 4          | Skylake to Raptor Lake |
// | vfmadd231ps ymm         | 4 cycles, 2 a cycle   | 4 cycles, 2 a cycle    |
// | vbroadcastss ymm, m32   | 2 a cycle (load port) | 2 a cycle (load port)  |
// | vmovups ymm, m256       | 2 a cycle             | 2 a cycle              |
// A step is bound by its 12 FMA: 6 cycles, in which 8 of 12 loads are used.

#if defined(__x86_64__)

#include "avx2/gelu.h"
#include "avx2/blocking.h"
#include "avx2/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#define UNROLL 4

RAMK_AVX2_BEGIN

#include "avx2/pack.h"
#include "operations/gemm_tile_float32.h"
#include "operations/gemm_strip.h"
#include "operations/gemm_tile.h"
#include "operations/gemm_tile_unpacked.h"
#include "operations/pack_transposed.h"
#include "operations/pack_float32.h"

RAMK_AVX2_END

const ramk_gemm_kernel ramk_gemm_float32_avx2 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(strip_element), .panel_bytes = sizeof(panel_element),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .tile = tile, .tile_unpacked = tile_unpacked, .gelu = ramk_gelu_avx2,
};

#endif
