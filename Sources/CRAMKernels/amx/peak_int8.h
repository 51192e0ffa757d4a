// What `peak_tiles.h` multiplies in int8.

typedef int32_t tile_sum;

static inline void fill(uint8_t ones[RAMK_TILE_BYTES]) { memset(ones, 1, RAMK_TILE_BYTES); }

#define multiply_tiles ramk_tile_multiply_int8
#include "amx/peak_tiles.h"
