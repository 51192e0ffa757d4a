// The matrix product's inner kernel. Its driver, gemm.c, cuts the product into tiles.

#ifndef RAMK_GEMM_H
#define RAMK_GEMM_H

#include "CRAMKernels.h"
#include "operations/round_rows.h"

/// Where a tile of the product goes: out = relu(sum over k + bias + add), for `rows` x
/// `columns` elements.
typedef struct {
  size_t rows, columns;           // 1 ... mr, 1 ... nr
  const float *bias;              // [columns], or NULL
  const float *add;               // [rows, columns], or NULL; may be `out`
  size_t add_stride;
  ramk_activation activation;     // a GELU is the caller's to apply where the kernel has one for it
  float *out;                     // [rows, columns]
  size_t out_stride;
  uint16_t *rounded_out;          // in its place, from kernels that round what a tile writes; or NULL
  size_t rounded_out_stride;
  const char *next;               // memory that is read soon, or NULL: asked for meanwhile,
  size_t next_lines;              // so many lines with each turn of the tile's loop
} ramk_gemm_tile;

/// Packed operands are opaque to drivers. They know how many bytes an element takes, and that `unit`
/// steps of k are packed together: k is rounded up to whole units, with zeros.
typedef struct {
  size_t mr, nr;                  // a tile; nr is also the width of a panel of prepared weights
  size_t mc, kc, nc;              // what a task works on at most: see the implementation's blocking
  size_t unit;                    // divides kc, as nr does
  size_t turn;                    // steps of k in a turn of the tile's loop (gemm_tile_fetch.h)
  size_t strip_unit;              // steps of k that a strip is made of, in whole units; 0: `unit`
  size_t strip_bytes, panel_bytes;  // of a packed element: 4 at most
  bool strips_are_bfloat16;       // a strip is [k / strip_unit][mr][strip_unit] bfloat16 numbers
  size_t strip_extra, panel_extra;  // bytes behind the elements of each chunk of a strip, or a panel
  /// Packs rows, a chunk of k at most, in strips of mr: packed[strip][k][mr] in units, or lines of each
  /// row. Of rows that a strip lacks, nothing is said: a tile does not ask for them.
  void (*pack_strips)(size_t rows, size_t k, const float *x, size_t x_stride, void *packed);
  /// Packs one strip of rows that are bfloat16 numbers already; NULL in other precisions.
  void (*pack_rounded_strip)(size_t rows, size_t k, const uint16_t *x, size_t x_stride,
                             void *packed);
  /// Packs rows of weights (columns of the product) in panels of nr: packed[panel][k][nr], in units.
  void (*pack_panels)(size_t rows, size_t k, const float *x, size_t x_stride, void *packed);
  /// The same panels from weights that are bytes already, with a scale a row; NULL but in int8.
  void (*pack_bytes)(size_t rows, size_t k, const int8_t *x, size_t x_stride, const float *scales,
                     void *packed);
  /// The same panels from x [k, columns], whose rows are steps of k; NULL in int8.
  void (*pack_transposed)(size_t columns, size_t k, const float *x, size_t x_stride, void *packed);
  /// Makes the thread ready for tiles, and takes that back: around any number of them. NULL where nothing is
  /// to do.
  void (*begin)(void);
  void (*end)(void);
  /// One tile: a strip times a panel, k (whole units) steps summed from zero. Lanes of the panel
  /// beyond the tile's columns are read, and ignored. An element's value depends on nothing but its
  /// row and its column: not on the size of the tile, nor on its place in it.
  void (*tile)(size_t k, const void *a, const void *b, const ramk_gemm_tile *tile);
  /// The same from rows as they lie in memory; NULL where they have to be packed.
  void (*tile_unpacked)(size_t k, const float *a, size_t a_stride, const void *b,
                        const ramk_gemm_tile *tile);
  /// The same from rows of bfloat16 numbers as they lie, k being whole units; NULL where they have to be packed.
  void (*tile_rounded)(size_t k, const uint16_t *a, size_t a_stride, const void *b,
                       const ramk_gemm_tile *tile);
  bool rounds_tiles;              // a tile can write bfloat16 numbers
  /// GELU in place of [rows, columns], as exact as products in this precision need it: apart from tiles
  /// whose sums leave them no registers. NULL where tiles apply it.
  void (*gelu)(size_t rows, size_t columns, float *x, size_t stride);
  /// Rounds outputs, of this precision's products and of others; NULL but in bfloat16.
  ramk_round_rows *round;
} ramk_gemm_kernel;

/// A product's left-hand side: rows as they lie in memory, or packed.
typedef struct {
  bool is_packed;
  const float *x;                 // [rows, k]
  size_t stride;
  const void *packed;
  const uint16_t *rounded;        // or NULL: in place of x
} ramk_gemm_rows;

static inline size_t ramk_round_up(size_t n, size_t unit) {
  return n % unit == 0 ? n : n + (unit - n % unit);
}

/// Bytes of a packed chunk of a strip.
static inline size_t ramk_strip_bytes(const ramk_gemm_kernel *kernel, size_t k) {
  const size_t unit = kernel->strip_unit > 0 ? kernel->strip_unit : kernel->unit;
  return kernel->mr * ramk_round_up(k, unit) * kernel->strip_bytes + kernel->strip_extra;
}

/// The strip that starts at row `row` (whole strips) of a chunk of k steps.
static inline void *ramk_strip(const ramk_gemm_kernel *kernel, const void *packed, size_t row,
                               size_t k) {
  return (char *)packed + row / kernel->mr * ramk_strip_bytes(kernel, k);
}

/// Bytes of k steps of a panel, packed: chunk by chunk.
static inline size_t ramk_panel_bytes(const ramk_gemm_kernel *kernel, size_t k) {
  const size_t chunks = k / kernel->kc + (k % kernel->kc != 0);
  return kernel->nr * ramk_round_up(k, kernel->unit) * kernel->panel_bytes +
         chunks * kernel->panel_extra;
}

/// The panel that starts at column `column` (whole panels) of weights of k steps, from the chunk that
/// starts at step k0 on.
static inline void *ramk_panel(const ramk_gemm_kernel *kernel, const void *packed, size_t column,
                               size_t k, size_t k0) {
  return (char *)packed + column / kernel->nr * ramk_panel_bytes(kernel, k) +
         ramk_panel_bytes(kernel, k0);
}

static inline void ramk_begin_tiles(const ramk_gemm_kernel *kernel) {
  if (kernel->begin) kernel->begin();
}

static inline void ramk_end_tiles(const ramk_gemm_kernel *kernel) {
  if (kernel->end) kernel->end();
}

/// One tile, between `begin` and `end`, as `ramk_gemm_kernel.tile`, of the rows from `row` on (whole
/// strips) and k steps of them.
static inline void ramk_run_tile(const ramk_gemm_kernel *kernel, const ramk_gemm_rows *rows,
                                 size_t row, size_t k, const void *panel,
                                 const ramk_gemm_tile *tile) {
  const size_t steps = ramk_round_up(k, kernel->unit);
  if (rows->is_packed)
    kernel->tile(steps, ramk_strip(kernel, rows->packed, row, k), panel, tile);
  else if (rows->rounded)
    kernel->tile_rounded(steps, rows->rounded + row * rows->stride, rows->stride, panel, tile);
  else
    kernel->tile_unpacked(steps, rows->x + row * rows->stride, rows->stride, panel, tile);
}

#endif
