// PNG through libpng: every colour type and depth, interlaced or not.
//
// Of the ancillary chunks only tRNS is read, and only where transparency matters; gamma and colour
// profiles are ignored, and text is never inflated. What has to survive an error's longjmp is in
// `png_reader`.

#ifndef __APPLE__

#include "codec.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t left;
  jmp_buf escape;
  ramk_photo_status status;
  ramk_photo_message *message;
  uint8_t *pixels;
} png_reader;

static void on_error(png_structp png, const char *text) {
  png_reader *reader = png_get_error_ptr(png);
  reader->status = ramk_photo_fail(reader->message, RAMK_PHOTO_DAMAGED, "%s", text);
  longjmp(reader->escape, 1);
}

static void on_warning(png_structp png, const char *text) { (void)png, (void)text; }

static void read_bytes(png_structp png, uint8_t *out, size_t count) {
  png_reader *reader = png_get_io_ptr(png);
  if (count > reader->left) png_error(png, "the file ends before its last pixel");
  memcpy(out, reader->bytes, count);
  reader->bytes += count;
  reader->left -= count;
}

// The size comes first in every file, so a claim of any size is refused without libpng's help.
ramk_photo_status ramk_png_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                 ramk_photo_message *message) {
  if (photo->size < 33 || memcmp(photo->bytes + 12, "IHDR", 4) != 0) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "the file ends within its header");
  }
  *width = ramk_be32(photo->bytes + 16);
  *height = ramk_be32(photo->bytes + 20);
  return RAMK_PHOTO_OK;
}

static void open_reader(png_reader *reader, const ramk_photo *photo) {
  reader->bytes = photo->bytes;
  reader->left = photo->size;
  reader->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, reader, on_error, on_warning);
  reader->info = reader->png ? png_create_info_struct(reader->png) : NULL;
  if (!reader->info) {
    reader->status = ramk_photo_fail(reader->message, RAMK_PHOTO_OUT_OF_MEMORY,
                                     "libpng could not be started");
    longjmp(reader->escape, 1);
  }
  png_structp png = reader->png;
  png_set_read_fn(png, reader, read_bytes);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller has checked them
  png_set_chunk_malloc_max(png, photo->size);                  // no chunk is longer than its file
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, (png_const_bytep) "eXIf", 1);
  png_read_info(png, reader->info);
}

/// Asks libpng for one of: RGB8, RGBA8, grey8, grey16, grey-alpha8, or indices of 8 bits.
static void choose_output(png_reader *reader, bool natural) {
  png_structp png = reader->png;
  int type = png_get_color_type(png, reader->info);
  int depth = png_get_bit_depth(png, reader->info);
  if (type == PNG_COLOR_TYPE_PALETTE) {
    png_set_packing(png);
  } else if (natural && png_get_valid(png, reader->info, PNG_INFO_tRNS)) {
    png_set_tRNS_to_alpha(png);
  } else if (depth < 8) {
    png_set_expand_gray_1_2_4_to_8(png);
  }
  if (depth == 16 && (natural || type != PNG_COLOR_TYPE_GRAY)) png_set_strip_16(png);
}

/// Indices beyond the palette's end are black: `palette` comes zeroed.
static void read_palette(png_reader *reader, bool natural, uint8_t palette[256][3]) {
  png_colorp colours = NULL;
  png_bytep alphas = NULL;
  int colour_count = 0, alpha_count = 0;
  png_get_PLTE(reader->png, reader->info, &colours, &colour_count);
  if (natural) png_get_tRNS(reader->png, reader->info, &alphas, &alpha_count, NULL);
  for (int i = 0; i < colour_count && i < 256; i++) {
    uint8_t alpha = alphas && i < alpha_count ? alphas[i] : 255;
    palette[i][0] = ramk_over_white(colours[i].red, alpha);
    palette[i][1] = ramk_over_white(colours[i].green, alpha);
    palette[i][2] = ramk_over_white(colours[i].blue, alpha);
  }
}

typedef struct {
  uint32_t width;
  int channels, depth;
  bool indexed, natural;
  uint8_t palette[256][3];
} row_kind;

static void convert_row(const row_kind *kind, const uint8_t *row, uint8_t *rgb) {
  if (kind->indexed) {
    ramk_palette_to_rgb(row, kind->width, kind->palette, rgb);
  } else if (kind->channels == 1 && kind->depth == 16) {
    ramk_grey16_clipped_to_rgb(row, kind->width, rgb);
  } else if (kind->channels == 1) {
    ramk_grey_to_rgb(row, kind->width, rgb);
  } else if (kind->channels == 2) {
    ramk_grey_alpha_to_rgb(row, kind->width, kind->natural, rgb);
  } else {
    ramk_rgba_to_rgb(row, kind->width, kind->natural, rgb);
  }
}

static void read_pixels(png_reader *reader, const ramk_photo *photo, uint32_t width,
                        uint32_t height, uint8_t *rgb) {
  if (setjmp(reader->escape)) return;
  open_reader(reader, photo);
  png_structp png = reader->png;
  if (png_get_image_width(png, reader->info) != width ||
      png_get_image_height(png, reader->info) != height) {
    png_error(png, "its header changed while it was read");
  }
  row_kind kind = {.width = width, .natural = photo->natural};
  kind.indexed = png_get_color_type(png, reader->info) == PNG_COLOR_TYPE_PALETTE;
  if (kind.indexed) read_palette(reader, photo->natural, kind.palette);
  choose_output(reader, photo->natural);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  kind.channels = png_get_channels(png, reader->info);
  kind.depth = png_get_bit_depth(png, reader->info);

  // RGB goes where it belongs; other kinds through a row, or all rows where they are interlaced.
  size_t out_stride = (size_t)width * 3, stride = png_get_rowbytes(png, reader->info);
  bool direct = !kind.indexed && kind.channels == 3 && kind.depth == 8;
  if (direct ? stride != out_stride : stride > (size_t)width * 4) {
    png_error(png, "its rows have an unexpected length");
  }
  if (!direct) {
    reader->pixels = calloc(passes > 1 ? height : 1, stride);
    if (!reader->pixels) png_error(png, "no memory for its pixels");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < height; y++) {
      uint8_t *out = rgb + y * out_stride;
      uint8_t *row = direct ? out : reader->pixels + (passes > 1 ? y * stride : 0);
      png_read_row(png, row, NULL);
      if (!direct && pass == passes - 1) convert_row(&kind, row, out);
    }
  }
}

ramk_photo_status ramk_png_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                  uint8_t *rgb, ramk_photo_message *message) {
  png_reader reader = {.message = message};
  read_pixels(&reader, photo, width, height, rgb);
  if (reader.png) png_destroy_read_struct(&reader.png, &reader.info, NULL);
  free(reader.pixels);
  return reader.status;
}

#endif
