// What `peak_tiles.h` multiplies in bfloat16.

typedef float tile_sum;

static inline void fill(uint8_t ones[RAMK_TILE_BYTES]) {
  for (size_t i = 0; i < RAMK_TILE_BYTES; i += 2) ones[i] = 0x80, ones[i + 1] = 0x3f;  // 1
}

#define multiply_tiles ramk_tile_multiply_bfloat16
#include "amx/peak_tiles.h"
