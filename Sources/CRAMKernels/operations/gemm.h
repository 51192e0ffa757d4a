// The matrix product's inner kernel. Its driver, gemm.c, cuts the product into tiles.

#ifndef RAMK_GEMM_H
#define RAMK_GEMM_H

#include "CRAMKernels.h"

/// Where a tile of the product goes: out = sum over k + bias + add, for `rows` x `columns`
/// elements.
typedef struct {
  size_t rows, columns;           // 1 ... mr, 1 ... nr
  const float *bias;              // [columns], or NULL
  const float *add;               // [rows, columns], or NULL; may be `out`
  size_t add_stride;
  float *out;                     // [rows, columns]
  size_t out_stride;
} ramk_gemm_tile;

typedef struct {
  size_t mr, nr;                  // a tile; nr is also the width of a panel of prepared weights
  size_t mc, kc, nc;              // what a task works on at most: see the implementation's blocking
  /// Packs rows in strips of mr: packed[strip][k][mr], with zeros for rows that a strip lacks.
  void (*pack_strips)(size_t rows, size_t k, const float *x, size_t x_stride, float *packed);
  /// Packs rows of weights (columns of the product) in panels of nr likewise: packed[panel][k][nr].
  void (*pack_panels)(size_t rows, size_t k, const float *x, size_t x_stride, float *packed);
  /// One tile: a strip [k][mr] times a panel [k][nr], summed from zero. Lanes of the panel beyond
  /// the tile's columns are read, and ignored. An element's value depends on nothing but its row
  /// and its column: not on the size of the tile, nor on its place in it.
  void (*tile)(size_t k, const float *a, const float *b, const ramk_gemm_tile *tile);
  /// Applies an activation in place.
  void (*activate)(ramk_activation activation, size_t rows, size_t columns, float *x,
                   size_t stride);
} ramk_gemm_kernel;

#endif
