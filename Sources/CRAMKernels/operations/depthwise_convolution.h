// The depthwise convolution's inner kernel, some channels of one output row, and how an image's row
// becomes its arguments.

#ifndef RAMK_DEPTHWISE_CONVOLUTION_H
#define RAMK_DEPTHWISE_CONVOLUTION_H

#include "CRAMKernels.h"
#include "operations/taps.h"

typedef struct {
  size_t channels;                // to compute
  size_t x_stride;                // from pixel to pixel of the input
  size_t tap_stride;              // from tap to tap of the filter
  size_t out_stride;              // from pixel to pixel of the output
  size_t width;                   // pixels of an input row
  size_t kernel, stride, pad_left;
  size_t tap_rows;                // rows of the filter inside the map; the pointers start at them
  size_t out_width;
  const float *x;                 // [tap_rows, width, channels]
  const float *weights;           // [tap_rows, kernel, channels]
  const float *bias;              // [channels], or NULL
  float low, high;                // the result is clamped to them; NaN stays NaN
  float *out;                     // [out_width, channels]
} ramk_depthwise_row;

typedef struct {
  void (*row)(const ramk_depthwise_row *row);
} ramk_depthwise_convolution_kernel;

/// An image's rows from `first_row` on, `width` pixels each, as a convolution reads them.
typedef struct {
  const float *x;
  size_t first_row;
  size_t stride;                  // from pixel to pixel
} ramk_depthwise_map;

/// Computes channels first ..< first + channels of an image's output row y; `map` starts at the first
/// of them.
void ramk_depthwise_run_row(const ramk_depthwise_convolution_kernel *kernel,
                            const ramk_depthwise_convolution_arguments *arguments, size_t image,
                            size_t y, size_t first, size_t channels,
                            const ramk_depthwise_map *map);

/// Checks all of the arguments but `x`.
ramk_status ramk_depthwise_check(const ramk_depthwise_convolution_arguments *arguments);

#endif
