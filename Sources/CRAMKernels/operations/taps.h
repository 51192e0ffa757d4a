// Which taps of a convolution's filter lie inside of the map, along one direction.

#ifndef RAMK_TAPS_H
#define RAMK_TAPS_H

#include "operations/checks.h"

typedef struct {
  size_t first, last;  // taps first ..< last lie inside
} ramk_taps;

/// The taps of output `position`: tap t reads `position · stride + t - pad`, of 0 ..< extent.
static inline ramk_taps ramk_taps_inside(size_t position, size_t kernel, size_t stride, size_t pad,
                                         size_t extent) {
  const size_t origin = position * stride;
  const size_t end = extent + pad;
  ramk_taps taps = {
    .first = origin < pad ? ramk_minimum(pad - origin, kernel) : 0,
    .last = origin < end ? ramk_minimum(end - origin, kernel) : 0,
  };
  if (taps.last < taps.first) taps.last = taps.first;
  return taps;
}

/// Checks one direction of a convolution: a filter, a stride, and nothing that overflows in
/// `ramk_taps_inside` for `outputs` positions.
static inline ramk_status ramk_taps_check(size_t outputs, size_t kernel, size_t stride, size_t pad,
                                          size_t extent) {
  size_t reach;
  if (kernel == 0 || stride == 0) return RAMK_INVALID_ARGUMENT;
  if (!ramk_multiply(outputs, stride, &reach) || !ramk_add(reach, kernel, &reach) ||
      !ramk_add(extent, pad, &reach))
    return RAMK_SIZE_OVERFLOW;
  return RAMK_OK;
}

#endif
