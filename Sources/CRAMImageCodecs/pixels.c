// Loops over pixels: colour kinds to RGB, transparency, orientation.

#include "codec.h"

#include <string.h>

void ramk_grey_to_rgb(const uint8_t *restrict grey, size_t count, uint8_t *restrict rgb) {
  for (size_t i = 0; i < count; i++) {
    rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = grey[i];
  }
}

void ramk_grey16_clipped_to_rgb(const uint8_t *restrict grey, size_t count,
                                uint8_t *restrict rgb) {
  for (size_t i = 0; i < count; i++) {
    uint8_t value = grey[2 * i] ? 255 : grey[2 * i + 1];
    rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = value;
  }
}

void ramk_grey_alpha_to_rgb(const uint8_t *restrict grey_alpha, size_t count, bool over_white,
                            uint8_t *restrict rgb) {
  for (size_t i = 0; i < count; i++) {
    uint8_t value = grey_alpha[2 * i];
    if (over_white) value = ramk_over_white(value, grey_alpha[2 * i + 1]);
    rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = value;
  }
}

void ramk_rgba_to_rgb(const uint8_t *restrict rgba, size_t count, bool over_white,
                      uint8_t *restrict rgb) {
  if (over_white) {
    for (size_t i = 0; i < count; i++) {
      uint8_t alpha = rgba[4 * i + 3];
      for (int c = 0; c < 3; c++) rgb[3 * i + c] = ramk_over_white(rgba[4 * i + c], alpha);
    }
  } else {
    for (size_t i = 0; i < count; i++) {
      for (int c = 0; c < 3; c++) rgb[3 * i + c] = rgba[4 * i + c];
    }
  }
}

void ramk_palette_to_rgb(const uint8_t *restrict indices, size_t count,
                         const uint8_t palette[256][3], uint8_t *restrict rgb) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *colour = palette[indices[i]];
    for (int c = 0; c < 3; c++) rgb[3 * i + c] = colour[c];
  }
}

void ramk_inverted_cmyk_to_rgb(const uint8_t *restrict cmyk, size_t count, uint8_t *restrict rgb) {
  for (size_t i = 0; i < count; i++) {
    unsigned light = cmyk[4 * i + 3];  // 255 - K: what black leaves
    for (int c = 0; c < 3; c++) {
      rgb[3 * i + c] = (uint8_t)(light - ramk_multiply_255(255u - cmyk[4 * i + c], light));
    }
  }
}

void ramk_orient_rgb(const uint8_t *restrict rgb, size_t width, size_t height,
                     unsigned orientation, uint8_t *restrict out) {
  if (orientation < 2 || orientation > 8 || width == 0 || height == 0) {
    memcpy(out, rgb, width * height * 3);
    return;
  }
  bool swapped = orientation >= 5;
  bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;

  // Steps in the source, in bytes: along a source row, down a source column.
  ptrdiff_t along = from_right ? -3 : 3;
  ptrdiff_t down = (from_bottom ? -3 : 3) * (ptrdiff_t)width;
  const uint8_t *first = rgb + (from_right ? (width - 1) * 3 : 0) +
                         (from_bottom ? (height - 1) * width * 3 : 0);

  size_t out_width = swapped ? height : width, out_height = swapped ? width : height;
  ptrdiff_t step_x = swapped ? down : along, step_y = swapped ? along : down;

  // Square tiles: when rows become columns, a tile's source lines stay in the first-level cache.
  const size_t tile = 32;
  for (size_t y0 = 0; y0 < out_height; y0 += tile) {
    size_t y1 = y0 + tile < out_height ? y0 + tile : out_height;
    for (size_t x0 = 0; x0 < out_width; x0 += tile) {
      size_t x1 = x0 + tile < out_width ? x0 + tile : out_width;
      for (size_t y = y0; y < y1; y++) {
        const uint8_t *from = first + (ptrdiff_t)y * step_y + (ptrdiff_t)x0 * step_x;
        uint8_t *to = out + (y * out_width + x0) * 3;
        for (size_t x = x0; x < x1; x++, from += step_x, to += 3) {
          to[0] = from[0];
          to[1] = from[1];
          to[2] = from[2];
        }
      }
    }
  }
}
