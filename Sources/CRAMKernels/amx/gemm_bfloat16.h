// The matrix product in bfloat16 on tiles: 2 x 2 tiles of sums, 32 rows x 32 columns. To be included
// behind `blocking.h`, `tiles.h` and `pack_transposed.h`, where these are defined:
//   pair(first, second)          two steps of each lane's column in the lane
//   gelu, store_rounded          see finish_tile.h
//
// Strips are [k / 32][row 0 ... 31][32 steps], panels [k / 32][tile][pair of steps][16 columns][2]:
// two tiles one behind the other, both.

#include "amx/own_tiles.h"
#include "operations/gemm_tile_fetch.h"

enum { UNIT = 32, TURN_STEPS = UNIT, STEPS = UNIT, SUMS = 0, ROWS = 4, PANEL = 6 };  // places of tiles

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
  float values[2][2][RAMK_TILE_ROWS][RAMK_TILE_ROWS] __attribute__((aligned(64)));
} tile_sums;

// Rows come from L2, once a panel; the panel stays in L1.
static void multiply(size_t k, const char *a, const char *b, ramk_tile_fetch fetch,
                     tile_sums *sums) {
  ramk_tiles tiles;
  ramk_tile_zero(&tiles, SUMS);
  ramk_tile_zero(&tiles, SUMS + 1);
  ramk_tile_zero(&tiles, SUMS + 2);
  ramk_tile_zero(&tiles, SUMS + 3);
  for (size_t p = 0; p < k; p += UNIT, a += 2 * RAMK_TILE_BYTES, b += 2 * RAMK_TILE_BYTES) {
    ramk_fetch_some(&fetch);
    ramk_tile_load_once(&tiles, ROWS, a, RAMK_TILE_ROW_BYTES);
    ramk_tile_load(&tiles, PANEL, b, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_bfloat16(&tiles, SUMS, ROWS, PANEL);
    ramk_tile_load(&tiles, PANEL + 1, b + RAMK_TILE_BYTES, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_bfloat16(&tiles, SUMS + 1, ROWS, PANEL + 1);
    ramk_tile_load_once(&tiles, ROWS + 1, a + RAMK_TILE_BYTES, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_bfloat16(&tiles, SUMS + 2, ROWS + 1, PANEL);
    ramk_tile_multiply_bfloat16(&tiles, SUMS + 3, ROWS + 1, PANEL + 1);
  }
  ramk_tile_store(&tiles, SUMS, sums->values[0][0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 1, sums->values[0][1], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 2, sums->values[1][0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 3, sums->values[1][1], RAMK_TILE_ROW_BYTES);
}

typedef struct { tile_sums sums; } tile_operands;

VEC_INLINE vec settled_sums(const tile_operands *o, size_t i, size_t j) {
  return vec_load(&o->sums.values[i / RAMK_TILE_ROWS][j / RAMK_TILE_ROWS][i % RAMK_TILE_ROWS]
                                 [j % RAMK_TILE_ROWS]);
}

#include "amx/finish_tile.h"

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  tile_operands operands;
  multiply(k, a, b, ramk_start_fetching(t), &operands.sums);
  finish_tile(&operands, t);
}
