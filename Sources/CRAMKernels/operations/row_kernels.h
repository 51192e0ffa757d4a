// The inner kernels of operations on rows. Their drivers cut the rows into tasks.

#ifndef RAMK_ROW_KERNELS_H
#define RAMK_ROW_KERNELS_H

#include "CRAMKernels.h"

typedef struct {
  /// LayerNorm of each of `rows` rows; `out` may be `x`.
  void (*rows)(size_t rows, size_t columns, const float *x, size_t x_stride, const float *gain,
               const float *bias, float epsilon, float *out, size_t out_stride);
} ramk_layer_norm_kernel;

/// Softmax of scale · x over each of `rows` rows of at least one column; `out` may be `x`.
typedef void ramk_softmax_rows(size_t rows, size_t columns, float scale, const float *x,
                               size_t x_stride, float *out, size_t out_stride);

typedef struct {
  ramk_softmax_rows *rows;
  /// The same for rows that have one score more, the mean of theirs, whose probability goes to the others,
  /// as much to each.
  ramk_softmax_rows *rows_with_mean;
  /// `rows` in place, but for a factor that is each row's own: it goes to `portions`. `weigh_narrow` is
  /// as exact as weights need to be that are rounded to eight bits next.
  void (*weigh)(size_t rows, size_t columns, float scale, float *x, size_t stride, float *portions);
  void (*weigh_narrow)(size_t rows, size_t columns, float scale, float *x, size_t stride,
                       float *portions);
  /// Multiplies each row by a factor of its own.
  void (*multiply_rows)(size_t rows, size_t columns, const float *factors, float *x, size_t stride);
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
