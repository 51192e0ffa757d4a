// A matrix product whose rows of `a` do not lie in memory as rows, but are gathered: patches of an
// image, neighbourhoods of a convolution, joined and normalised tokens.

#ifndef RAMK_GATHERED_PRODUCT_H
#define RAMK_GATHERED_PRODUCT_H

#include "CRAMKernels.h"

typedef struct {
  size_t k;                       // values of a gathered row
  /// Writes row `row` of a, k values, to `to`.
  void (*gather)(const ramk_context *context, const void *user, size_t row, float *to);
  const void *user;
} ramk_gathered_rows;

/// Checks that `weights` are prepared for `context` and read rows of `k` values; `n` is the values
/// of an output row.
ramk_status ramk_gathered_product_check(const ramk_context *context, ramk_precision precision,
                                        const void *weights, size_t k, size_t *n);

/// 0 where there is nothing to do, where sizes overflow, and for weights that the check refuses.
size_t ramk_gathered_product_workspace_size(const ramk_context *context, ramk_precision precision,
                                            size_t m, size_t k, const void *weights);

/// ramk_gemm with `rows` in place of `product->a`. A residual can't be had.
ramk_status ramk_gathered_product(const ramk_context *context, ramk_precision precision,
                                  const ramk_gathered_rows *rows,
                                  const ramk_gemm_arguments *product, void *workspace,
                                  size_t workspace_bytes);

#endif
