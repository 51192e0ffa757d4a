// The window attention of window_attention.c on tiles in plain C: the same logic on any CPU, for tests.

#define RAMK_EMULATES_TILES

#include "amx/blocking.h"
#include "amx/tiles.h"
#include "generic/vector.h"
#include "operations/checks.h"
#include "operations/kernels.h"

#include <math.h>
#include <string.h>

#include "operations/bfloat16.h"
#include "operations/vector_math.h"
#include "operations/window_rows.h"

#include "amx/store_rounded_emulated.h"
#include "amx/attend_window.h"

const ramk_window_attention_kernel ramk_window_attention_bfloat16_amx_emulated = {
  .product = &ramk_gemm_bfloat16_amx_emulated,
  .softmax = &ramk_softmax_float32_generic,
  .is_narrow = true,
  .gather = gather, .gather_rounded = gather_rounded, .scatter = scatter,
  .expand_bias = expand_bias, .attend = attend,
};
