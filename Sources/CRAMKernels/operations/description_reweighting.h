// The inner kernel of RAM++'s re-weighting: one label.

#ifndef RAMK_DESCRIPTION_REWEIGHTING_H
#define RAMK_DESCRIPTION_REWEIGHTING_H

#include "CRAMKernels.h"

typedef struct {
  size_t element_bytes;           // of a description's number
  /// weights = softmax(scale · descriptions · image), out = weights · descriptions, for `count`
  /// descriptions, one or more, of `width` numbers, one or more.
  void (*label)(size_t count, size_t width, const void *descriptions, size_t stride,
                const float *image, float scale, float *weights, float *out);
} ramk_description_reweighting_kernel;

#endif
