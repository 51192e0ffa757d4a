// BMP, uncompressed: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits; rows from below or above.
//
// No library for it is maintained in the distributions. What is accepted, and what channel masks
// mean, is what Pillow reads: the layouts that occur, not every mask that the format could spell.

#include "codec.h"

#include <string.h>

typedef struct {
  uint32_t width, height, bits;
  bool top_down;
  size_t pixels_at, row_bytes, stride;
  int red, green, blue, alpha;    // 32 bits: byte of each channel; alpha -1 for none
  bool green6;                    // 16 bits: 5-6-5 rather than 5-5-5
  uint8_t palette[256][3];
} bmp_layout;

enum { uncompressed = 0, masked = 3 };

typedef struct {
  uint32_t red, green, blue, alpha;
} bmp_masks;

static bool same(bmp_masks a, uint32_t red, uint32_t green, uint32_t blue, uint32_t alpha) {
  return a.red == red && a.green == green && a.blue == blue && a.alpha == alpha;
}

static bool apply_masks(bmp_layout *layout, bmp_masks m) {
  static const struct {
    bmp_masks masks;
    int8_t red, green, blue, alpha;
  } known[] = {
      {{0x00ff0000, 0x0000ff00, 0x000000ff, 0x00000000}, 2, 1, 0, -1},
      {{0xff000000, 0x00ff0000, 0x0000ff00, 0x00000000}, 3, 2, 1, -1},
      {{0xff000000, 0x0000ff00, 0x000000ff, 0x00000000}, 3, 1, 0, -1},
      {{0xff000000, 0x00ff0000, 0x0000ff00, 0x000000ff}, 3, 2, 1, 0},
      {{0x000000ff, 0x0000ff00, 0x00ff0000, 0xff000000}, 0, 1, 2, 3},
      {{0x00ff0000, 0x0000ff00, 0x000000ff, 0xff000000}, 2, 1, 0, 3},
      {{0xff000000, 0x0000ff00, 0x000000ff, 0x00ff0000}, 3, 1, 0, 2},
      {{0x00000000, 0x00000000, 0x00000000, 0x00000000}, 2, 1, 0, 3},
  };
  if (layout->bits == 16) {
    m.alpha = 0;
    layout->green6 = same(m, 0xf800, 0x7e0, 0x1f, 0);
    return layout->green6 || same(m, 0x7c00, 0x3e0, 0x1f, 0);
  }
  if (layout->bits == 24) return same(m, 0xff0000, 0xff00, 0xff, m.alpha);
  for (size_t i = 0; layout->bits == 32 && i < sizeof known / sizeof *known; i++) {
    bmp_masks k = known[i].masks;
    if (same(m, k.red, k.green, k.blue, k.alpha)) {
      layout->red = known[i].red;
      layout->green = known[i].green;
      layout->blue = known[i].blue;
      layout->alpha = known[i].alpha;
      return true;
    }
  }
  return false;
}

static void read_palette(bmp_layout *layout, const ramk_photo *photo, size_t at, size_t entry,
                         uint32_t colours) {
  unsigned count = 0;
  for (; count < colours && count < 256 && at + entry <= photo->size; count++, at += entry) {
    uint8_t *colour = layout->palette[count];
    colour[0] = photo->bytes[at + 2];
    colour[1] = photo->bytes[at + 1];
    colour[2] = photo->bytes[at];
  }
  ramk_complete_palette(layout->palette, count);
}

/// Finds the size, then what the pixels look like. A size is there once `layout->width` is.
static ramk_photo_status read_layout(const ramk_photo *photo, bmp_layout *layout,
                                     ramk_photo_message *message) {
  const ramk_photo_status damaged = RAMK_PHOTO_DAMAGED, unsupported = RAMK_PHOTO_UNSUPPORTED;
  *layout = (bmp_layout){.red = 2, .green = 1, .blue = 0, .alpha = -1};
  const uint8_t *bytes = photo->bytes, *header = bytes + 14;
  if (photo->size < 18) {
    return ramk_photo_fail(message, damaged, "the file ends within its header");
  }
  uint32_t header_size = ramk_le32(header);
  bool short_header = header_size == 12;
  if (!short_header && (header_size < 40 || header_size > 124)) {
    return ramk_photo_fail(message, unsupported, "a BMP header of %u bytes", header_size);
  }
  if (photo->size < 14 + (size_t)header_size) {
    return ramk_photo_fail(message, damaged, "the file ends within its header");
  }
  uint32_t compression = uncompressed, colours = 0;
  if (short_header) {
    layout->width = ramk_le16(header + 4);
    layout->height = ramk_le16(header + 6);
    layout->bits = ramk_le16(header + 10);
  } else {
    layout->width = ramk_le32(header + 4);
    layout->height = ramk_le32(header + 8);
    layout->top_down = header[11] == 0xff;  // a small negative height
    if (layout->top_down) layout->height = 0u - layout->height;
    layout->bits = ramk_le16(header + 14);
    compression = ramk_le32(header + 16);
    colours = ramk_le32(header + 32);
  }
  uint32_t bits = layout->bits;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    return ramk_photo_fail(message, unsupported, "a BMP of %u bits a pixel", bits);
  }
  if (compression != uncompressed && compression != masked) {
    return ramk_photo_fail(message, unsupported, "a compressed BMP; save it as PNG");
  }

  size_t palette_at = 14 + (size_t)header_size;
  if (compression == masked) {
    // The masks follow a 40-byte header, and are part of longer ones.
    size_t count = header_size >= 56 ? 4 : 3;
    if (photo->size < 54 + 4 * count) {
      return ramk_photo_fail(message, damaged, "the file ends within its header");
    }
    bmp_masks masks = {ramk_le32(bytes + 54), ramk_le32(bytes + 58), ramk_le32(bytes + 62),
                       count == 4 ? ramk_le32(bytes + 66) : 0};
    if (!apply_masks(layout, masks)) {
      return ramk_photo_fail(message, unsupported, "a BMP of unusual channel masks");
    }
    if (header_size == 40) palette_at += 12;
  }
  size_t entry = short_header ? 3 : 4;
  if (colours == 0) colours = bits <= 8 ? 1u << bits : 0;
  if (bits <= 8) {
    if (colours > 65536) return ramk_photo_fail(message, damaged, "a palette of %u", colours);
    read_palette(layout, photo, palette_at, entry, colours);
    palette_at += entry * colours;
  }
  layout->pixels_at = ramk_le32(bytes + 10);
  // Some writers leave the palette out of the offset; none leaves the offset out.
  if (bits <= 8 && layout->pixels_at == 14 + (size_t)header_size) {
    layout->pixels_at += 4 * (size_t)colours;
  }
  if (layout->pixels_at == 0) layout->pixels_at = palette_at;
  layout->row_bytes = ((size_t)layout->width * bits + 7) / 8;
  layout->stride = ((size_t)layout->width * bits + 31) / 32 * 4;
  return RAMK_PHOTO_OK;
}

static void convert_16(const bmp_layout *layout, const uint8_t *row, uint8_t *rgb) {
  unsigned red_at = layout->green6 ? 11 : 10, green_most = layout->green6 ? 63 : 31;
  for (uint32_t x = 0; x < layout->width; x++) {
    unsigned pixel = ramk_le16(row + 2 * (size_t)x);
    rgb[3 * (size_t)x] = (uint8_t)((pixel >> red_at & 31) * 255 / 31);
    rgb[3 * (size_t)x + 1] = (uint8_t)((pixel >> 5 & green_most) * 255 / green_most);
    rgb[3 * (size_t)x + 2] = (uint8_t)((pixel & 31) * 255 / 31);
  }
}

static void convert_row(const bmp_layout *layout, bool natural, const uint8_t *row, uint8_t *rgb) {
  size_t width = layout->width, bytes = layout->bits / 8;
  if (layout->bits == 16) {
    convert_16(layout, row, rgb);
  } else if (layout->bits > 16) {
    bool blended = natural && layout->alpha >= 0;
    for (size_t x = 0; x < width; x++, row += bytes, rgb += 3) {
      uint8_t alpha = blended ? row[layout->alpha] : 255;
      rgb[0] = ramk_over_white(row[layout->red], alpha);
      rgb[1] = ramk_over_white(row[layout->green], alpha);
      rgb[2] = ramk_over_white(row[layout->blue], alpha);
    }
  } else {
    unsigned bits = layout->bits, mask = (1u << bits) - 1;
    for (size_t x = 0; x < width; x++) {
      size_t bit = x * bits;
      unsigned index = row[bit / 8] >> (8 - bits - bit % 8) & mask;
      memcpy(rgb + 3 * x, layout->palette[index], 3);
    }
  }
}

ramk_photo_status ramk_bmp_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                 ramk_photo_message *message) {
  bmp_layout layout;
  ramk_photo_status status = read_layout(photo, &layout, message);
  *width = layout.width;
  *height = layout.height;
  return status;
}

ramk_photo_status ramk_bmp_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                  uint8_t *rgb, ramk_photo_message *message) {
  bmp_layout layout;
  ramk_photo_status status = read_layout(photo, &layout, message);
  if (status != RAMK_PHOTO_OK) return status;
  if (layout.width != width || layout.height != height || width == 0 || height == 0) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "its header changed while it was read");
  }
  size_t needed;  // the last row's padding may be missing
  if (__builtin_mul_overflow(layout.stride, (size_t)height - 1, &needed) ||
      __builtin_add_overflow(needed, layout.row_bytes, &needed) ||
      __builtin_add_overflow(needed, layout.pixels_at, &needed) || needed > photo->size) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "the file ends before its last pixel");
  }
  for (uint32_t y = 0; y < height; y++) {
    uint32_t from = layout.top_down ? y : height - 1 - y;
    convert_row(&layout, photo->natural, photo->bytes + layout.pixels_at + from * layout.stride,
                rgb + (size_t)y * width * 3);
  }
  return RAMK_PHOTO_OK;
}
