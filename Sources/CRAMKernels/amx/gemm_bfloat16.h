// The matrix product in bfloat16 on tiles: 2 x 2 tiles of sums, 32 rows x 32 columns. To be included
// behind `blocking.h`, `tiles.h` and `pack_transposed.h`, where these are defined:
//   pair(first, second)          two steps of each lane's column in the lane
//   gelu, store_rounded          see finish_tile.h
// How strips and panels lie: multiply_bfloat16.h.

#include "amx/multiply_bfloat16.h"
#include "amx/own_tiles.h"

enum { UNIT = 32, TURN_STEPS = UNIT, STEPS = UNIT };

typedef struct { uint16_t steps[UNIT]; } row_unit;

VEC_INLINE void *encode_panel(size_t count, const float *steps, void *to) {
  enum { COLUMNS = RAMK_TILE_ROW_BYTES / sizeof(float) };
  char *panel = to;
  for (size_t p = 0; p < RAMK_TILE_ROWS; p++)
    for (size_t j = 0; j < NR; j += VEC_WIDTH) {
      const float *first = steps + 2 * p * NR + j, *second = first + NR;
      char *place = panel + j / COLUMNS * RAMK_TILE_BYTES + p * RAMK_TILE_ROW_BYTES;
      vec_store((float *)place + j % COLUMNS,
                pair(2 * p < count ? vec_load(first) : vec_set(0),
                     2 * p + 1 < count ? vec_load(second) : vec_set(0)));
    }
  return panel + 2 * RAMK_TILE_BYTES;
}

typedef struct {
  float sums[MR][NR] __attribute__((aligned(64)));
} tile_operands;

VEC_INLINE vec settled_sums(const tile_operands *o, size_t i, size_t j) {
  return vec_load(&o->sums[i][j]);
}

#include "amx/finish_tile.h"

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  tile_operands operands;
  multiply(k, a, b, ramk_start_fetching(t), operands.sums[0], NR);
  finish_tile(&operands, t);
}
