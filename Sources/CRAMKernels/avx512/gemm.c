// The matrix product in float32 for AVX-512: 12 rows x 32 columns of sums in registers.
//
// | instruction           | Zen 4               | Zen 5               | Intel since Skylake-X |
// | vfmadd231ps zmm       | 4 cycles, 1 a cycle | 4 cycles, 2 a cycle | 4 cycles, 2 a cycle   |
// | vbroadcastss zmm, m32 | 2 a cycle           | 2 a cycle           | 2 a cycle             |
// | vmovups zmm, m512     | 1 a cycle           | 2 a cycle           | 2 a cycle             |
// A step is bound by its 24 FMA.

#if defined(__x86_64__)

#include "avx512/gelu.h"
#include "avx512/blocking.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#define UNROLL 1

RAMK_AVX512_BEGIN

#include "avx2/pack.h"
#include "operations/gemm_tile_float32.h"
#include "operations/gemm_strip.h"
#include "operations/gemm_tile.h"
#include "operations/gemm_tile_unpacked.h"
#include "operations/pack_transposed.h"
#include "operations/pack_float32.h"

RAMK_AVX512_END

const ramk_gemm_kernel ramk_gemm_float32_avx512 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(strip_element), .panel_bytes = sizeof(panel_element),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .tile = tile, .tile_unpacked = tile_unpacked, .gelu = ramk_gelu_avx512,
};

#endif
