// A turn of the peak over tiles. Operands are ones, so the sums count the multiply-adds by
// themselves. Four tiles of sums: a product starts every 16 cycles and takes 52.
//
// To be included behind `tiles.h`, where STEPS is defined.

enum { TILE_FLOATS = RAMK_TILE_BYTES / sizeof(float), SUMS = 4, ROWS = 4, PANEL = 6 };

static uint64_t count_tile(const float sums[TILE_FLOATS]) {
  uint64_t count = 0;
  for (int i = 0; i < TILE_FLOATS; i++) count += (uint32_t)sums[i];
  return count;
}

static uint64_t turn(void) {
  uint16_t ones[RAMK_TILE_BYTES / sizeof(uint16_t)] __attribute__((aligned(64)));
  for (size_t i = 0; i < sizeof ones / sizeof ones[0]; i++) ones[i] = 0x3f80;  // 1 in bfloat16
  float sums[SUMS][TILE_FLOATS] __attribute__((aligned(64)));

  ramk_tiles tiles;
  ramk_tiles_configure(&tiles);
  ramk_tile_load(&tiles, ROWS, ones, RAMK_TILE_ROW_BYTES);
  ramk_tile_load(&tiles, PANEL, ones, RAMK_TILE_ROW_BYTES);
  for (int s = 0; s < STEPS; s++) {
    ramk_tile_multiply_bfloat16(&tiles, 0, ROWS, PANEL);
    ramk_tile_multiply_bfloat16(&tiles, 1, ROWS, PANEL);
    ramk_tile_multiply_bfloat16(&tiles, 2, ROWS, PANEL);
    ramk_tile_multiply_bfloat16(&tiles, 3, ROWS, PANEL);
  }
  ramk_tile_store(&tiles, 0, sums[0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, 1, sums[1], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, 2, sums[2], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, 3, sums[3], RAMK_TILE_ROW_BYTES);
  ramk_tiles_release(&tiles);

  uint64_t count = 0;
  for (int i = 0; i < SUMS; i++) count += count_tile(sums[i]);
  return count;
}
