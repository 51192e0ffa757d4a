// A tile function for each number of rows, over one that takes the number: to be included behind
//   multiply(rows, units, a, b, tile)   sums `units` units of k, and ends the tile

#define RAMK_TILE_ROWS(n) \
  case n:                 \
    if (n <= MR) multiply(n, k / UNIT, a, b, t); \
    break

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  _Static_assert(MR <= 14 && NR == 2 * VEC_WIDTH, "a case for each number of rows below");
  switch (t->rows) {
    RAMK_TILE_ROWS(1);
    RAMK_TILE_ROWS(2);
    RAMK_TILE_ROWS(3);
    RAMK_TILE_ROWS(4);
    RAMK_TILE_ROWS(5);
    RAMK_TILE_ROWS(6);
    RAMK_TILE_ROWS(7);
    RAMK_TILE_ROWS(8);
    RAMK_TILE_ROWS(9);
    RAMK_TILE_ROWS(10);
    RAMK_TILE_ROWS(11);
    RAMK_TILE_ROWS(12);
    RAMK_TILE_ROWS(13);
    RAMK_TILE_ROWS(14);
  }
}
