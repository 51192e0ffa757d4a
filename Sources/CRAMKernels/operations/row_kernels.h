// The inner kernels of operations on rows. Their drivers cut the rows into tasks.

#ifndef RAMK_ROW_KERNELS_H
#define RAMK_ROW_KERNELS_H

#include "CRAMKernels.h"

typedef struct {
  /// LayerNorm of each of `rows` rows; `out` may be `x`.
  void (*rows)(size_t rows, size_t columns, const float *x, size_t x_stride, const float *gain,
               const float *bias, float epsilon, float *out, size_t out_stride);
} ramk_layer_norm_kernel;

typedef struct {
  /// Softmax of scale · x over each of `rows` rows of at least one column; `out` may be `x`.
  void (*rows)(size_t rows, size_t columns, float scale, const float *x, size_t x_stride,
               float *out, size_t out_stride);
} ramk_softmax_kernel;

typedef struct {
  /// The mean of `rows` rows, one or more, for `columns` columns.
  void (*mean)(size_t rows, size_t columns, const float *x, size_t x_stride, float *out);
} ramk_mean_rows_kernel;

typedef struct {
  /// The dot product of each of `rows` rows of `a` with that of `b`, plus `bias` where not NULL.
  void (*rows)(size_t rows, size_t columns, const float *a, size_t a_stride, const float *b,
               size_t b_stride, const float *bias, float *out);
} ramk_row_dots_kernel;

#endif
