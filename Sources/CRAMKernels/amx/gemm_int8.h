// The matrix product in int8 on tiles: 2 x 2 tiles of sums, 32 rows x 32 columns. Strips are those of
// `pack_int8.h`, whose 16 lines of one row each are a tile; so are 16 units of 16 of a panel's 32
// columns. To be included behind `tiles.h`, `pack_int8.h` and `settled_int8.h`, where gelu and
// store_rounded are defined (finish_tile.h).

#include "amx/own_tiles.h"
#include "operations/gemm_tile_fetch.h"

enum { TURN_STEPS = LINE_STEPS };
enum { SUMS = 0, ROWS = 4, PANEL = 6, PANEL_STRIDE = NR * sizeof(panel_element) };  // places of tiles

// Rows come from L2, once a panel; the panel stays in L1.
static void multiply(size_t k, const char *a, const char *b, ramk_tile_fetch fetch,
                     int32_t sums[MR][NR]) {
  enum { LINES = MR * RAMK_TILE_ROW_BYTES, UNITS = RAMK_TILE_ROWS * PANEL_STRIDE };
  ramk_tiles tiles;
  ramk_tile_zero(&tiles, SUMS);
  ramk_tile_zero(&tiles, SUMS + 1);
  ramk_tile_zero(&tiles, SUMS + 2);
  ramk_tile_zero(&tiles, SUMS + 3);
  for (size_t p = 0; p < k; p += LINE_STEPS, a += LINES, b += UNITS) {
    ramk_fetch_some(&fetch);
    ramk_tile_load_once(&tiles, ROWS, a, RAMK_TILE_ROW_BYTES);
    ramk_tile_load(&tiles, PANEL, b, PANEL_STRIDE);
    ramk_tile_multiply_int8(&tiles, SUMS, ROWS, PANEL);
    ramk_tile_load(&tiles, PANEL + 1, b + RAMK_TILE_ROW_BYTES, PANEL_STRIDE);
    ramk_tile_multiply_int8(&tiles, SUMS + 1, ROWS, PANEL + 1);
    ramk_tile_load_once(&tiles, ROWS + 1, a + RAMK_TILE_BYTES, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_int8(&tiles, SUMS + 2, ROWS + 1, PANEL);
    ramk_tile_multiply_int8(&tiles, SUMS + 3, ROWS + 1, PANEL + 1);
  }
  enum { STRIDE = NR * sizeof sums[0][0] };
  ramk_tile_store(&tiles, SUMS, sums[0], STRIDE);
  ramk_tile_store(&tiles, SUMS + 1, sums[0] + RAMK_TILE_COLUMNS, STRIDE);
  ramk_tile_store(&tiles, SUMS + 2, sums[RAMK_TILE_ROWS], STRIDE);
  ramk_tile_store(&tiles, SUMS + 3, sums[RAMK_TILE_ROWS] + RAMK_TILE_COLUMNS, STRIDE);
}

typedef struct {
  int32_t sums[MR][NR] __attribute__((aligned(64)));
  bool is_empty;                  // there was nothing to sum
  const row_scale *rows;
  const panel_scales *panel;
} tile_operands;

VEC_INLINE vec settled_sums(const tile_operands *o, size_t i, size_t j) {
  if (o->is_empty) return vec_set(0);
  return settled((vec_int)vec_load((const float *)&o->sums[i][j]), vec_load(o->panel->scales + j),
                 (vec_int)vec_load((const float *)o->panel->totals + j), o->rows + i);
}

#include "amx/finish_tile.h"

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  tile_operands operands;
  operands.is_empty = k == 0;
  operands.rows =
    (const row_scale *)((const char *)a + k / LINE_STEPS * MR * RAMK_TILE_ROW_BYTES);
  operands.panel = (const panel_scales *)((const char *)b + k / UNIT * PANEL_STRIDE);
  multiply(k, a, b, ramk_start_fetching(t), operands.sums);
  finish_tile(&operands, t);
}
