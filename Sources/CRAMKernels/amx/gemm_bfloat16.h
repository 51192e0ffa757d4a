// The matrix product in bfloat16 on tiles: 2 x 2 tiles of sums, 32 rows x 32 columns. To be included
// behind `blocking.h`, `tiles.h`, `pack` and `pack_transposed.h`, where these are defined:
//   encode_row(count, from, to)  32 bfloat16 numbers from `count` floats, and zeros
//   pair(first, second)          two steps of each lane's column in the lane
//
// Strips are [k / 32][row 0 ... 31][32 steps], panels [k / 32][tile][pair of steps][16 columns][2]:
// two tiles one behind the other, both.

#include "operations/gemm_tile_fetch.h"
#include "operations/relu.h"

enum { UNIT = 32, TURN_STEPS = UNIT, STEPS = UNIT, SUMS = 0, ROWS = 4, PANEL = 6 };  // places of tiles

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, void *packed) {
  char *to = packed;
  for (size_t i = 0; i < rows; i += MR)
    for (size_t p = 0; p < k; p += UNIT)
      for (size_t row = i; row < i + MR; row++, to += RAMK_TILE_ROW_BYTES) {
        if (row < rows) encode_row(ramk_minimum(UNIT, k - p), x + row * x_stride + p, to);
        else memset(to, 0, RAMK_TILE_ROW_BYTES);
      }
}

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

static void multiply(size_t k, const char *a, const char *b, ramk_tile_fetch fetch,
                     tile_sums *sums) {
  ramk_tiles tiles;
  ramk_tiles_configure(&tiles);
  for (size_t p = 0; p < k; p += UNIT, a += 2 * RAMK_TILE_BYTES, b += 2 * RAMK_TILE_BYTES) {
    ramk_fetch_some(&fetch);
    ramk_tile_load(&tiles, ROWS, a, RAMK_TILE_ROW_BYTES);
    ramk_tile_load(&tiles, PANEL, b, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_bfloat16(&tiles, SUMS, ROWS, PANEL);
    ramk_tile_load(&tiles, PANEL + 1, b + RAMK_TILE_BYTES, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_bfloat16(&tiles, SUMS + 1, ROWS, PANEL + 1);
    ramk_tile_load(&tiles, ROWS + 1, a + RAMK_TILE_BYTES, RAMK_TILE_ROW_BYTES);
    ramk_tile_multiply_bfloat16(&tiles, SUMS + 2, ROWS + 1, PANEL);
    ramk_tile_multiply_bfloat16(&tiles, SUMS + 3, ROWS + 1, PANEL + 1);
  }
  ramk_tile_store(&tiles, SUMS, sums->values[0][0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 1, sums->values[0][1], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 2, sums->values[1][0], RAMK_TILE_ROW_BYTES);
  ramk_tile_store(&tiles, SUMS + 3, sums->values[1][1], RAMK_TILE_ROW_BYTES);
  ramk_tiles_release(&tiles);
}

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  tile_sums sums;
  multiply(k, a, b, ramk_start_fetching(t), &sums);
  for (size_t i = 0; i < t->rows; i++)
    for (size_t j = 0; j < t->columns; j += VEC_WIDTH) {
      const size_t width = ramk_minimum(VEC_WIDTH, t->columns - j);
      const float *from =
        &sums.values[i / RAMK_TILE_ROWS][j / RAMK_TILE_ROWS][i % RAMK_TILE_ROWS][j % RAMK_TILE_ROWS];
      vec x = vec_load(from);
      if (t->bias) x += vec_load_first(t->bias + j, width);
      if (t->add) x += vec_load_first(t->add + i * t->add_stride + j, width);
      vec_store_first(t->out + i * t->out_stride + j, width, vec_relu(x, t->activation));
    }
}
