// GIF through giflib: the first frame.

#ifndef __APPLE__

#include "codec.h"

#include <stdlib.h>
#include <string.h>

#include <gif_lib.h>

typedef struct {
  const uint8_t *bytes;
  size_t left;
} gif_input;

typedef struct {
  gif_input input;
  GifFileType *gif;
  int transparent;                // palette index, or -1
  uint32_t x, y, width, height;   // of the frame
  uint32_t canvas_width, canvas_height;
} gif_reader;

static int read_bytes(GifFileType *gif, GifByteType *out, int count) {
  gif_input *input = gif->UserData;
  size_t got = (size_t)count < input->left ? (size_t)count : input->left;
  memcpy(out, input->bytes, got);
  input->bytes += got;
  input->left -= got;
  return (int)got;
}

static ramk_photo_status failure(ramk_photo_message *message, int code) {
  if (code == D_GIF_ERR_NOT_ENOUGH_MEM) {
    return ramk_photo_fail(message, RAMK_PHOTO_OUT_OF_MEMORY, "no memory for its pixels");
  }
  if (code == D_GIF_ERR_READ_FAILED || code == D_GIF_ERR_EOF_TOO_SOON) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "the file ends before its last pixel");
  }
  const char *text = GifErrorString(code);
  return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "%s", text ? text : "its data is damaged");
}

static bool skip_extension(gif_reader *reader) {
  int code = 0;
  GifByteType *block = NULL;
  if (DGifGetExtension(reader->gif, &code, &block) != GIF_OK) return false;
  // A graphics control block: its length, flags, a delay of two bytes, the transparent index.
  if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] >= 4 && (block[1] & 1)) {
    reader->transparent = block[4];
  }
  while (block) {
    if (DGifGetExtensionNext(reader->gif, &block) != GIF_OK) return false;
  }
  return true;
}

/// Reads up to the first frame's pixels. The canvas grows where that frame reaches beyond it.
static ramk_photo_status open_reader(gif_reader *reader, const ramk_photo *photo,
                                     ramk_photo_message *message) {
  int code = 0;
  *reader = (gif_reader){.input = {photo->bytes, photo->size}, .transparent = -1};
  reader->gif = DGifOpen(&reader->input, read_bytes, &code);
  if (!reader->gif) return failure(message, code);
  GifRecordType record;
  for (;;) {
    if (DGifGetRecordType(reader->gif, &record) != GIF_OK) {
      return failure(message, reader->gif->Error);
    }
    if (record == IMAGE_DESC_RECORD_TYPE) break;
    if (record != EXTENSION_RECORD_TYPE) {
      return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "an animation without a frame");
    }
    if (!skip_extension(reader)) return failure(message, reader->gif->Error);
  }
  if (DGifGetImageDesc(reader->gif) != GIF_OK) return failure(message, reader->gif->Error);
  const GifImageDesc *frame = &reader->gif->Image;
  reader->x = (uint32_t)frame->Left;
  reader->y = (uint32_t)frame->Top;
  reader->width = (uint32_t)frame->Width;
  reader->height = (uint32_t)frame->Height;
  uint32_t right = reader->x + reader->width, bottom = reader->y + reader->height;
  uint32_t screen_width = (uint32_t)reader->gif->SWidth;
  uint32_t screen_height = (uint32_t)reader->gif->SHeight;
  reader->canvas_width = right > screen_width ? right : screen_width;
  reader->canvas_height = bottom > screen_height ? bottom : screen_height;
  return RAMK_PHOTO_OK;
}

static void close_reader(gif_reader *reader) {
  int code = 0;
  if (reader->gif) DGifCloseFile(reader->gif, &code);
}

ramk_photo_status ramk_gif_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                 ramk_photo_message *message) {
  gif_reader reader;
  ramk_photo_status status = open_reader(&reader, photo, message);
  *width = reader.canvas_width;
  *height = reader.canvas_height;
  close_reader(&reader);
  return status;
}

static void read_palette(const gif_reader *reader, bool natural, uint8_t palette[256][3]) {
  const ColorMapObject *map = reader->gif->Image.ColorMap;
  if (!map) map = reader->gif->SColorMap;
  int count = map ? map->ColorCount : 0;
  for (int i = 0; i < count && i < 256; i++) {
    palette[i][0] = map->Colors[i].Red;
    palette[i][1] = map->Colors[i].Green;
    palette[i][2] = map->Colors[i].Blue;
  }
  ramk_complete_palette(palette, (unsigned)count);
  if (natural && reader->transparent >= 0) memset(palette[reader->transparent], 255, 3);
}

static ramk_photo_status read_frame(gif_reader *reader, const uint8_t palette[256][3],
                                    uint8_t *rgb, uint8_t *line, ramk_photo_message *message) {
  static const uint32_t interlaced[4][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  static const uint32_t plain[1][2] = {{0, 1}};
  bool is_interlaced = reader->gif->Image.Interlace;
  const uint32_t(*passes)[2] = is_interlaced ? interlaced : plain;
  size_t stride = (size_t)reader->canvas_width * 3;
  for (int pass = 0; pass < (is_interlaced ? 4 : 1); pass++) {
    for (uint32_t y = passes[pass][0]; y < reader->height; y += passes[pass][1]) {
      if (DGifGetLine(reader->gif, line, (int)reader->width) != GIF_OK) {
        return failure(message, reader->gif->Error);
      }
      uint8_t *out = rgb + (reader->y + y) * stride + (size_t)reader->x * 3;
      ramk_palette_to_rgb(line, reader->width, palette, out);
    }
  }
  return RAMK_PHOTO_OK;
}

static ramk_photo_status read_pixels(gif_reader *reader, const ramk_photo *photo, uint32_t width,
                                     uint32_t height, uint8_t *rgb, ramk_photo_message *message) {
  if (reader->canvas_width != width || reader->canvas_height != height || reader->width == 0 ||
      reader->height == 0) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "its first frame is empty");
  }
  uint8_t palette[256][3];
  read_palette(reader, photo->natural, palette);
  uint8_t *line = calloc(width, 1);
  if (!line) return failure(message, D_GIF_ERR_NOT_ENOUGH_MEM);
  if (reader->width < width || reader->height < height) {
    // Nothing is drawn around the frame; Pillow shows the transparent index there, or the first.
    int index = reader->transparent >= 0 ? reader->transparent : 0;
    uint8_t ground[3] = {255, 255, 255};
    if (!photo->natural) memcpy(ground, palette[index], 3);
    for (size_t i = 0; i < (size_t)width * height; i++) memcpy(rgb + 3 * i, ground, 3);
  }
  ramk_photo_status status = read_frame(reader, palette, rgb, line, message);
  free(line);
  return status;
}

ramk_photo_status ramk_gif_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                  uint8_t *rgb, ramk_photo_message *message) {
  gif_reader reader;
  ramk_photo_status status = open_reader(&reader, photo, message);
  if (status == RAMK_PHOTO_OK) status = read_pixels(&reader, photo, width, height, rgb, message);
  close_reader(&reader);
  return status;
}

#endif
