// AMX tiles behind a handful of names that have two bodies: instructions, and plain C. Kernels that
// are written against these names are compiled with both, so their logic is tested on machines
// without AMX (RAMK_EMULATES_TILES).
//
// A tile has 16 rows of 64 bytes; there are 8 of them. In a product of tiles c += a · b, a row of a
// holds 32 bfloat16 steps of k, and row p of b steps 2p and 2p + 1 of 16 columns, side by side; of
// bytes, a row of a holds 64 steps, and row p of b steps 4p to 4p + 3.
// Intel's Software Developer's Manual, volume 2, describes TDPBF16PS and TDPBUSD step by step.

#ifndef RAMK_AMX_TILES_H
#define RAMK_AMX_TILES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
  RAMK_TILES = 8, RAMK_TILE_ROWS = 16, RAMK_TILE_ROW_BYTES = 64, RAMK_TILE_BYTES = 1024,
  RAMK_TILE_COLUMNS = 16,         // of sums
};

#if !defined(RAMK_EMULATES_TILES)

#include <immintrin.h>

// The CPU's own tiles; the operating system saves them with a thread's registers.
typedef struct { char none; } ramk_tiles;

// The argument of LDTILECFG.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} ramk_tile_configuration;

/// Makes all of this thread's tiles full-sized and zero: some 70 ns, half of what a tile of 192 steps takes.
#define ramk_tiles_configure() ramk_tiles_load_configuration()

__attribute__((target("amx-tile"))) static inline void ramk_tiles_load_configuration(void) {
  ramk_tile_configuration configuration __attribute__((aligned(64))) = {.palette = 1};
  for (int i = 0; i < RAMK_TILES; i++) {
    configuration.row_bytes[i] = RAMK_TILE_ROW_BYTES;
    configuration.rows[i] = RAMK_TILE_ROWS;
  }
  _tile_loadconfig(&configuration);
}

/// Gives the tiles back, so that a switch of threads has nothing to save.
#define ramk_tiles_release() _tile_release()

/// Makes tile `t` zero.
#define ramk_tile_zero(tiles, t) ((void)(tiles), _tile_zero(t))

/// Loads tile `t` from rows `stride` bytes apart.
#define ramk_tile_load(tiles, t, from, stride) _tile_loadd(t, from, stride)

/// The same of what is not read again soon: it takes no place in L1 from what is.
#define ramk_tile_load_once(tiles, t, from, stride) _tile_stream_loadd(t, from, stride)

/// Stores tile `t` to rows `stride` bytes apart.
#define ramk_tile_store(tiles, t, to, stride) _tile_stored(t, to, stride)

/// Tile c += tile a · tile b, in bfloat16.
#define ramk_tile_multiply_bfloat16(tiles, c, a, b) _tile_dpbf16ps(c, a, b)

/// Tile c += tile a · tile b, of unsigned bytes and signed ones.
#define ramk_tile_multiply_int8(tiles, c, a, b) _tile_dpbusd(c, a, b)

#else

typedef struct {
  uint8_t bytes[RAMK_TILES][RAMK_TILE_ROWS][RAMK_TILE_ROW_BYTES];
} ramk_tiles;

// Whether a thread may use its tiles. Those who forget to ask fail here as they do on a CPU with tiles.
extern _Thread_local int ramk_tiles_are_configured;

static inline void ramk_tiles_configure(void) { ramk_tiles_are_configured = 1; }

static inline void ramk_tiles_release(void) { ramk_tiles_are_configured = 0; }

static inline void ramk_tile_zero(ramk_tiles *tiles, int t) {
  if (!ramk_tiles_are_configured) __builtin_trap();
  memset(tiles->bytes[t], 0, sizeof tiles->bytes[t]);
}

static inline void ramk_tile_load(ramk_tiles *tiles, int t, const void *from, size_t stride) {
  for (size_t row = 0; row < RAMK_TILE_ROWS; row++)
    memcpy(tiles->bytes[t][row], (const char *)from + row * stride, RAMK_TILE_ROW_BYTES);
}

static inline void ramk_tile_load_once(ramk_tiles *tiles, int t, const void *from, size_t stride) {
  ramk_tile_load(tiles, t, from, stride);
}

static inline void ramk_tile_store(const ramk_tiles *tiles, int t, void *to, size_t stride) {
  for (size_t row = 0; row < RAMK_TILE_ROWS; row++)
    memcpy((char *)to + row * stride, tiles->bytes[t][row], RAMK_TILE_ROW_BYTES);
}

static inline float ramk_tile_float(const uint8_t *bfloat16) {
  uint16_t half;
  memcpy(&half, bfloat16, sizeof half);
  const uint32_t bits = (uint32_t)half << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

// Products of bfloat16 numbers are exact in float32. Even and odd steps are summed apart, then
// added: three roundings a pair of steps and element at most, as the instruction has them.
static inline void ramk_tile_multiply_bfloat16(ramk_tiles *tiles, int c, int a, int b) {
  enum { COLUMNS = RAMK_TILE_ROW_BYTES / sizeof(float) };
  for (size_t row = 0; row < RAMK_TILE_ROWS; row++) {
    float sums[2][COLUMNS] = {0}, out[COLUMNS];
    for (size_t p = 0; p < RAMK_TILE_ROWS; p++)
      for (size_t odd = 0; odd < 2; odd++) {
        const float x = ramk_tile_float(&tiles->bytes[a][row][4 * p + 2 * odd]);
        for (size_t j = 0; j < COLUMNS; j++)
          sums[odd][j] += x * ramk_tile_float(&tiles->bytes[b][p][4 * j + 2 * odd]);
      }
    memcpy(out, tiles->bytes[c][row], sizeof out);
    for (size_t j = 0; j < COLUMNS; j++) out[j] += sums[0][j] + sums[1][j];
    memcpy(tiles->bytes[c][row], out, sizeof out);
  }
}

// Four products of bytes at a time are added to a 32-bit sum, without saturation.
static inline void ramk_tile_multiply_int8(ramk_tiles *tiles, int c, int a, int b) {
  enum { COLUMNS = RAMK_TILE_ROW_BYTES / sizeof(int32_t) };
  for (size_t row = 0; row < RAMK_TILE_ROWS; row++) {
    int32_t out[COLUMNS];
    memcpy(out, tiles->bytes[c][row], sizeof out);
    for (size_t p = 0; p < RAMK_TILE_ROW_BYTES; p++)
      for (size_t j = 0; j < COLUMNS; j++)
        out[j] += tiles->bytes[a][row][p] * (int8_t)tiles->bytes[b][p / 4][4 * j + p % 4];
    memcpy(tiles->bytes[c][row], out, sizeof out);
  }
}

#endif
#endif
