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

/// Where a layer's panel lies whose first column is `column`, from step k0 on.
static inline const char *ramk_layer_panel(const ramk_gemm_layer *layer, size_t column, size_t k0) {
  return ramk_panel(layer->kernel, layer->weights + 1, column, layer->weights->k, k0);
}

/// Where outputs go that are rounded to bfloat16: to rows, or to strips that a product reads. Row r and
/// column j of a block, r % mr == 0 and j % nr == 0, start at
/// `start + r / mr * strip + j / nr * panel`, and each row after it `row` further.
typedef struct {
  ramk_round_rows *round;
  uint16_t *start;                // or NULL: outputs stay floats
  size_t strip, panel, row;
} ramk_rounded_outputs;

/// Where a block of the product goes.
typedef struct {
  size_t rows, first, columns;    // columns first ..< first + columns, from a whole panel on
  const float *residual;          // [rows, columns], or NULL; may be `out`
  size_t residual_stride;
  float *out;                     // [rows, columns]; [rows, nr] of scratch where outputs are rounded
  size_t out_stride;
  ramk_rounded_outputs rounded;
  const char *after;              // the panel that is read after the block's, or NULL
} ramk_gemm_block;

/// Whether rows are read where they lie.
bool ramk_reads_unpacked(const ramk_gemm_kernel *kernel, size_t stride);

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

/// The same of rows that are bfloat16 numbers, for kernels that pack such strips.
void ramk_pack_some_rounded_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                                 size_t first, size_t count, const uint16_t *x, size_t stride,
                                 void *packed);

/// Whether they are read where they lie, for so many columns of a product: a row that meets many is better
/// packed.
bool ramk_reads_rounded(const ramk_gemm_kernel *kernel, size_t k, size_t stride, size_t columns);

/// Such rows for a product of so many columns, packed where the kernel reads them faster so.
ramk_gemm_rows ramk_take_rounded_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                                      size_t columns, const uint16_t *x, size_t stride,
                                      void *packed);

/// Adds what steps k0 ..< k0 + steps of k, whole chunks, contribute to a block; `rows` are theirs alone. The
/// first steps set `out` to their sum + bias + residual, later ones add theirs, and the last activate.
/// Outputs that are to be rounded come of all steps at once. Each part of a panel is fetched while the
/// one before it is multiplied, and the block's `after` with the last.
void ramk_gemm_run(const ramk_gemm_layer *layer, const ramk_gemm_block *block, size_t k0,
                   size_t steps, ramk_gemm_rows rows);

#endif
