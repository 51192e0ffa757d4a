// A turn of the peak over tiles. Operands are ones, so the sums count the multiply-adds by
// themselves. Four tiles of sums: a product starts every 16 cycles and takes 52.
//
// To be included behind `tiles.h`, where these are defined:
//   STEPS
//   tile_sum                             what a tile of sums holds
//   fill(ones)                           makes RAMK_TILE_BYTES ones of what is multiplied
//   multiply_tiles(tiles, c, a, b)

enum { TILE_SUMS = RAMK_TILE_BYTES / sizeof(tile_sum), SUMS = 4, ROWS = 4, PANEL = 6 };

static uint64_t count_tile(const tile_sum sums[TILE_SUMS]) {
  uint64_t count = 0;
  for (int i = 0; i < TILE_SUMS; i++) count += (uint32_t)sums[i];
  return count;
}

static uint64_t turn(void) {
  uint8_t ones[RAMK_TILE_BYTES] __attribute__((aligned(64)));
  fill(ones);
  tile_sum sums[SUMS][TILE_SUMS] __attribute__((aligned(64)));

  ramk_tiles tiles;
  ramk_tiles_configure();
  ramk_tile_zero(&tiles, 0);
  ramk_tile_zero(&tiles, 1);
  ramk_tile_zero(&tiles, 2);
  ramk_tile_zero(&tiles, 3);
  ramk_tile_load(&tiles, ROWS, ones, RAMK_TILE_ROW_BYTES);
  ramk_tile_load(&tiles, PANEL, ones, RAMK_TILE_ROW_BYTES);
  for (int s = 0; s < STEPS; s++) {
    multiply_tiles(&tiles, 0, ROWS, PANEL);
    multiply_tiles(&tiles, 1, ROWS, PANEL);
    multiply_tiles(&tiles, 2, ROWS, PANEL);
    multiply_tiles(&tiles, 3, ROWS, PANEL);
  }
  ramk_tile_store(&tiles, 0, sums[0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, 1, sums[1], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, 2, sums[2], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, 3, sums[3], RAMK_TILE_ROW_BYTES);
  ramk_tiles_release();

  uint64_t count = 0;
  for (int i = 0; i < SUMS; i++) count += count_tile(sums[i]);
  return count;
}
