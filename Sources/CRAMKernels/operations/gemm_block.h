// A block of a product, as one thread computes it: what the product's driver and those that go on
// with its rows while they are in the caches share.

#ifndef RAMK_GEMM_BLOCK_H
#define RAMK_GEMM_BLOCK_H

#include "operations/gemm.h"
#include "operations/prepared_matrix.h"

/// `offset` floats behind `x`, which may be NULL.
static inline const float *ramk_behind(const float *x, size_t offset) {
  return x ? x + offset : NULL;
}

/// A product's right-hand side: prepared weights, and what is done with the sums.
typedef struct {
  const ramk_gemm_kernel *kernel;
  const ramk_prepared_matrix *weights;
  const float *bias;              // [weights->n], or NULL
  ramk_activation activation;
} ramk_gemm_layer;

/// Where a block of the product goes.
typedef struct {
  size_t rows, first, columns;    // columns first ..< first + columns, from a whole panel on
  const float *residual;          // [rows, columns], or NULL; may be `out`
  size_t residual_stride;
  float *out;                     // [rows, columns]
  size_t out_stride;
} ramk_gemm_block;

/// Floats that `rows` rows of k steps take once they are packed.
size_t ramk_packed_rows_floats(const ramk_gemm_kernel *kernel, size_t rows, size_t k);

/// Packs `count` of a block's rows of k steps, from row `first` on (whole strips), chunk by chunk.
void ramk_pack_some_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k, size_t first,
                         size_t count, const float *x, size_t stride, void *packed);

/// Packs all rows of a block.
ramk_gemm_rows ramk_pack_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                              const float *x, size_t stride, void *packed);

/// Rows of k steps for products that follow, packed where the kernel reads them faster so. They may
/// not change before it has read them.
ramk_gemm_rows ramk_take_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                              const float *x, size_t stride, void *packed);

/// Computes a block from whole rows.
void ramk_gemm_run(const ramk_gemm_layer *layer, const ramk_gemm_block *block,
                   ramk_gemm_rows rows);

/// Adds what steps k0 ..< k0 + depth of k, a chunk, contribute to a block; `rows` are theirs alone.
/// The first chunk sets `out` to its sum + bias + residual, later ones add their sums, and the last
/// activates.
void ramk_gemm_chunk(const ramk_gemm_layer *layer, const ramk_gemm_block *block, size_t k0,
                     size_t depth, ramk_gemm_rows rows);

#endif
