// 8-bit RGB to floats, through a table of each channel's 256 values.

#include "checks.h"

ramk_status ramk_normalize_pixels(const ramk_context *context, const uint8_t *restrict in,
                                  size_t width, size_t height, size_t in_stride,
                                  const float table[3][256], ramk_pixel_layout layout,
                                  float *restrict out) {
  (void)context;
  if (width == 0 || height == 0) return RAMK_OK;
  size_t row, bytes, plane, floats;
  if (!in || !table || !out || (layout != RAMK_PLANAR && layout != RAMK_CHANNELS_LAST)) {
    return RAMK_INVALID_ARGUMENT;
  }
  if (!ramk_multiply(width, 3, &row) || !ramk_multiply(height - 1, in_stride, &bytes) ||
      !ramk_add(bytes, row, &bytes) || bytes > PTRDIFF_MAX ||
      !ramk_multiply(width, height, &plane) || !ramk_multiply(plane, 3, &floats) ||
      floats > PTRDIFF_MAX / sizeof *out) {
    return RAMK_SIZE_OVERFLOW;
  }
  if (height > 1 && in_stride < row) return RAMK_INVALID_ARGUMENT;
  // Where a pixel's three values go: side by side, or a plane apart.
  size_t channel_step = layout == RAMK_PLANAR ? plane : 1;
  size_t pixel_step = layout == RAMK_PLANAR ? 1 : 3;
  for (size_t y = 0; y < height; y++) {
    const uint8_t *pixels = in + y * in_stride;
    float *to = out + y * width * pixel_step;
    for (size_t x = 0; x < width; x++) {
      for (size_t c = 0; c < 3; c++) {
        to[x * pixel_step + c * channel_step] = table[c][pixels[3 * x + c]];
      }
    }
  }
  return RAMK_OK;
}
