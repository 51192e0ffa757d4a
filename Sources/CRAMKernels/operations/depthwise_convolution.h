// The depthwise convolution's inner kernel: some channels of one output row.

#ifndef RAMK_DEPTHWISE_CONVOLUTION_H
#define RAMK_DEPTHWISE_CONVOLUTION_H

#include "operations/taps.h"

typedef struct {
  size_t channels;                // to compute
  size_t pixel_stride;            // channels of the whole map: from pixel to pixel, and tap to tap
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

#endif
