// What the decoders share; private to this target.

#ifndef RAMK_CODEC_H
#define RAMK_CODEC_H

#include "CRAMImageCodecs.h"

/// Stores why, cut to what fits, and passes `status` on.
ramk_photo_status ramk_photo_fail(ramk_photo_message *message, ramk_photo_status status,
                                  const char *format, ...) __attribute__((format(printf, 3, 4)));

typedef ramk_photo_status ramk_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                     ramk_photo_message *message);
typedef ramk_photo_status ramk_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                      uint8_t *rgb, ramk_photo_message *message);

ramk_probe ramk_bmp_probe;
ramk_decode ramk_bmp_decode;

#ifndef __APPLE__
ramk_probe ramk_jpeg_probe, ramk_png_probe, ramk_webp_probe, ramk_gif_probe, ramk_heif_probe;
ramk_decode ramk_jpeg_decode, ramk_png_decode, ramk_webp_decode, ramk_gif_decode, ramk_heif_decode;
#endif

static inline uint32_t ramk_le16(const uint8_t *p) { return p[0] | (uint32_t)p[1] << 8; }

static inline uint32_t ramk_le32(const uint8_t *p) {
  return ramk_le16(p) | ramk_le16(p + 2) << 16;
}

static inline uint32_t ramk_be32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/// a · b / 255, rounded to nearest, for bytes.
static inline uint8_t ramk_multiply_255(unsigned a, unsigned b) {
  unsigned t = a * b + 128;
  return (uint8_t)((t + (t >> 8)) >> 8);
}

/// A colour of this opacity on white paper.
static inline uint8_t ramk_over_white(uint8_t colour, uint8_t alpha) {
  return (uint8_t)(255 - ramk_multiply_255(255u - colour, alpha));
}

/// Fills a palette up behind its `count` colours, as Pillow does where pixels point there: the
/// greys go on where all colours so far are greys of their own index, else the rest is black.
static inline void ramk_complete_palette(uint8_t palette[256][3], unsigned count) {
  bool grey = true;
  for (unsigned i = 0; i < 256; i++) {
    if (i < count) {
      grey = grey && palette[i][0] == i && palette[i][1] == i && palette[i][2] == i;
    } else {
      palette[i][0] = palette[i][1] = palette[i][2] = grey ? (uint8_t)i : 0;
    }
  }
}

#endif
