// The matrix product in int8 on tiles: 2 x 2 tiles of sums, 32 rows x 32 columns. Strips are those of
// `pack_int8.h`, whose 16 lines of one row each are a tile; so are 16 units of 16 of a panel's 32
// columns. To be included behind `tiles.h`, `pack_int8.h` and `settled_int8.h`.

#include "operations/gemm_tile_fetch.h"
#include "operations/relu.h"

enum { TURN_STEPS = LINE_STEPS };
enum { SUMS = 0, ROWS = 4, PANEL = 6, PANEL_STRIDE = NR * sizeof(panel_element) };  // places of tiles

typedef struct {
  int32_t values[2][2][RAMK_TILE_ROWS][RAMK_TILE_ROWS] __attribute__((aligned(64)));
} tile_sums;

static void multiply(size_t k, const char *a, const char *b, ramk_tile_fetch fetch,
                     tile_sums *sums) {
  enum { LINES = MR * RAMK_TILE_ROW_BYTES, UNITS = RAMK_TILE_ROWS * PANEL_STRIDE };
  ramk_tiles tiles;
  ramk_tiles_configure(&tiles);
  for (size_t p = 0; p < k; p += LINE_STEPS, a += LINES, b += UNITS) {
    ramk_fetch_some(&fetch);
    ramk_tile_load(&tiles, ROWS, a, RAMK_TILE_ROW_BYTES);
    ramk_tile_load(&tiles, PANEL, b, PANEL_STRIDE);
    ramk_tile_multiply_int8(&tiles, SUMS, ROWS, PANEL);
    ramk_tile_load(&tiles, PANEL + 1, b + RAMK_TILE_ROW_BYTES, PANEL_STRIDE);
    ramk_tile_multiply_int8(&tiles, SUMS + 1, ROWS, PANEL + 1);
    ramk_tile_load(&tiles, ROWS + 1, a + RAMK_TILE_BYTES, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_int8(&tiles, SUMS + 2, ROWS + 1, PANEL);
    ramk_tile_multiply_int8(&tiles, SUMS + 3, ROWS + 1, PANEL + 1);
  }
  ramk_tile_store(&tiles, SUMS, sums->values[0][0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 1, sums->values[0][1], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 2, sums->values[1][0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 3, sums->values[1][1], RAMK_TILE_ROW_BYTES);
  ramk_tiles_release(&tiles);
}

// A row's vector of columns, settled; 0 where there was nothing to sum.
VEC_INLINE vec settled_row(size_t k, const char *a, const char *b, const tile_sums *sums, size_t i,
                           size_t j) {
  if (k == 0) return vec_set(0);
  const row_scale *row =
    (const row_scale *)(a + k / LINE_STEPS * MR * RAMK_TILE_ROW_BYTES) + i;
  const panel_scales *panel = (const panel_scales *)(b + k / UNIT * PANEL_STRIDE);
  const int32_t *from =
    &sums->values[i / RAMK_TILE_ROWS][j / RAMK_TILE_ROWS][i % RAMK_TILE_ROWS][j % RAMK_TILE_ROWS];
  return settled((vec_int)vec_load((const float *)from), vec_load(panel->scales + j),
                 (vec_int)vec_load((const float *)panel->totals + j), row);
}

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  tile_sums sums;
  multiply(k, a, b, ramk_start_fetching(t), &sums);
  for (size_t i = 0; i < t->rows; i++)
    for (size_t j = 0; j < t->columns; j += VEC_WIDTH) {
      const size_t width = ramk_minimum(VEC_WIDTH, t->columns - j);
      vec x = settled_row(k, a, b, &sums, i, j);
      if (t->bias) x += vec_load_first(t->bias + j, width);
      if (t->add) x += vec_load_first(t->add + i * t->add_stride + j, width);
      vec_store_first(t->out + i * t->out_stride + j, width, vec_relu(x, t->activation));
    }
}
