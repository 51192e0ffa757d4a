// 2 x 2 tiles of sums in bfloat16, 32 rows x 32 columns: to be included behind `tiles.h`, inside of its
// target attribute. Strips are [k / 32][row 0 ... 31][32 steps], panels [k / 32][tile][pair of steps]
// [16 columns][2]: two tiles one behind the other, both.

#include "operations/gemm_tile_fetch.h"

/// out [32, 32] = the sum over k, whole units of 32 steps. Rows come from L2, once a panel; the panel stays
/// in L1.
static inline __attribute__((always_inline)) void multiply(size_t k, const char *a, const char *b,
                                                           ramk_tile_fetch fetch, float *out,
                                                           size_t stride) {
  enum { STEPS_A_TILE = 32, SUMS = 0, ROWS = 4, PANEL = 6 };  // places of tiles
  ramk_tiles tiles;
  ramk_tile_zero(&tiles, SUMS);
  ramk_tile_zero(&tiles, SUMS + 1);
  ramk_tile_zero(&tiles, SUMS + 2);
  ramk_tile_zero(&tiles, SUMS + 3);
  for (size_t p = 0; p < k; p += STEPS_A_TILE, a += 2 * RAMK_TILE_BYTES, b += 2 * RAMK_TILE_BYTES) {
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
  const size_t bytes = stride * sizeof *out;
  float *below = out + RAMK_TILE_ROWS * stride;
  ramk_tile_store(&tiles, SUMS, out, bytes);
  ramk_tile_store(&tiles, SUMS + 1, out + RAMK_TILE_COLUMNS, bytes);
  ramk_tile_store(&tiles, SUMS + 2, below, bytes);
  ramk_tile_store(&tiles, SUMS + 3, below + RAMK_TILE_COLUMNS, bytes);
}
