// The matrix product in bfloat16 on the tiles of AMX. Every CPU that has them has AVX-512 BF16.

#if defined(__x86_64__)

#include "amx/blocking.h"
#include "amx/target.h"
#include "amx/tiles.h"
#include "avx512/gelu.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#include <string.h>

RAMK_AMX_BEGIN

#include "avx2/pack.h"
#include "avx512/pair.h"
#include "operations/pack_transposed.h"

VEC_INLINE void encode_row(size_t count, const float *from, void *to) {
  const vec low = vec_load_first(from, ramk_minimum(VEC_WIDTH, count));
  const vec high =
    count > VEC_WIDTH ? vec_load_first(from + VEC_WIDTH, count - VEC_WIDTH) : vec_set(0);
  _mm512_storeu_si512(to, narrow(low, high));
}

#include "amx/gemm_bfloat16.h"
#include "operations/pack_panels_bfloat16.h"

enum { CHUNK = KC };

#include "operations/pack_rounded_strip.h"

RAMK_AMX_END

const ramk_gemm_kernel ramk_gemm_bfloat16_amx = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .unit = UNIT, .turn = TURN_STEPS,
  .strip_bytes = sizeof(uint16_t), .panel_bytes = sizeof(uint16_t),
  .pack_strips = pack_strips, .pack_panels = pack_panels, .pack_transposed = pack_transposed,
  .pack_rounded_strip = pack_rounded_strip,
  .tile = tile, .gelu = ramk_gelu_narrow_avx512, .round = ramk_round_rows_avx512_bf16,
};

#endif
