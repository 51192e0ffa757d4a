// Window attention in bfloat16 on tiles.

#if defined(__x86_64__)

#include "amx/blocking.h"
#include "amx/target.h"
#include "amx/tiles.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/kernels.h"

#include <math.h>
#include <string.h>

RAMK_AMX_BEGIN

#include "operations/bfloat16.h"
#include "operations/vector_math.h"
#include "operations/window_rows.h"

enum { PANEL_STEPS = 32 };

// Panels [columns / NR][units / 16][tile][unit][16 columns].
VEC_INLINE uint32_t *panel_line(uint32_t *panels, size_t units, size_t column, size_t unit) {
  enum { TILE_ROWS = 16, TILE_COLUMNS = 16, TILES = NR / TILE_COLUMNS };
  const size_t tiles = (column / NR * (units / TILE_ROWS) + unit / TILE_ROWS) * TILES;
  return panels + ((tiles + column % NR / TILE_COLUMNS) * TILE_ROWS + unit % TILE_ROWS) * TILE_COLUMNS;
}

#include "avx512/window_packing.h"

#include "amx/store_rounded.h"
#include "amx/attend_window.h"

RAMK_AMX_END

const ramk_window_attention_kernel ramk_window_attention_bfloat16_amx = {
  .product = &ramk_gemm_bfloat16_amx,
  .softmax = &ramk_softmax_float32_avx512,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias, .pack_rounded = pack_rounded,
  .attend = attend,
};

#endif
