// Which decoder a photo goes to.

#include "codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  ramk_probe *probe;
  ramk_decode *decode;
} decoder;

static decoder decoder_for(ramk_photo_format format) {
  switch (format) {
    case RAMK_PHOTO_BMP: return (decoder){ramk_bmp_probe, ramk_bmp_decode};
#ifndef __APPLE__
    case RAMK_PHOTO_JPEG: return (decoder){ramk_jpeg_probe, ramk_jpeg_decode};
    case RAMK_PHOTO_PNG: return (decoder){ramk_png_probe, ramk_png_decode};
    case RAMK_PHOTO_WEBP: return (decoder){ramk_webp_probe, ramk_webp_decode};
    case RAMK_PHOTO_GIF: return (decoder){ramk_gif_probe, ramk_gif_decode};
    case RAMK_PHOTO_HEIF: return (decoder){ramk_heif_probe, ramk_heif_decode};
#endif
    default: return (decoder){NULL, NULL};
  }
}

/// An ISO base media file whose brands include a still picture's.
static bool is_heif(const uint8_t *bytes, size_t size) {
  static const char brands[][5] = {"heic", "heix", "heim", "heis", "hevc", "hevx",
                                   "mif1", "msf1", "avif", "avis"};
  if (size < 16 || memcmp(bytes + 4, "ftyp", 4) != 0) return false;
  size_t end = ramk_be32(bytes);
  if (end > size) end = size;
  if (end > 256) end = 256;
  for (size_t at = 8; at + 4 <= end; at += at == 8 ? 8 : 4) {  // the minor version sits at 12
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++) {
      if (memcmp(bytes + at, brands[i], 4) == 0) return true;
    }
  }
  return false;
}

ramk_photo_format ramk_photo_sniff(const uint8_t *bytes, size_t size) {
  if (size >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) return RAMK_PHOTO_JPEG;
  if (size >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) return RAMK_PHOTO_PNG;
  if (size >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0) {
    return RAMK_PHOTO_WEBP;
  }
  if (size >= 6 && (memcmp(bytes, "GIF87a", 6) == 0 || memcmp(bytes, "GIF89a", 6) == 0)) {
    return RAMK_PHOTO_GIF;
  }
  if (size >= 2 && memcmp(bytes, "BM", 2) == 0) return RAMK_PHOTO_BMP;
  if (is_heif(bytes, size)) return RAMK_PHOTO_HEIF;
  return RAMK_PHOTO_UNKNOWN;
}

ramk_photo_status ramk_photo_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                   ramk_photo_message *message) {
  message->text[0] = 0;
  *width = *height = 0;
  ramk_probe *probe = decoder_for(photo->format).probe;
  if (!probe) {
    return ramk_photo_fail(message, RAMK_PHOTO_UNSUPPORTED, "no decoder for this kind of file");
  }
  ramk_photo_status status = probe(photo, width, height, message);
  if (status == RAMK_PHOTO_OK && (*width == 0 || *height == 0)) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "its header says %u x %u pixels", *width,
                           *height);
  }
  return status;
}

ramk_photo_status ramk_photo_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                    uint8_t *rgb, ramk_photo_message *message) {
  message->text[0] = 0;
  ramk_decode *decode = decoder_for(photo->format).decode;
  if (!decode) {
    return ramk_photo_fail(message, RAMK_PHOTO_UNSUPPORTED, "no decoder for this kind of file");
  }
  return decode(photo, width, height, rgb, message);
}

ramk_photo_status ramk_photo_fail(ramk_photo_message *message, ramk_photo_status status,
                                  const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message->text, sizeof message->text, format, arguments);
  va_end(arguments);
  return status;
}
