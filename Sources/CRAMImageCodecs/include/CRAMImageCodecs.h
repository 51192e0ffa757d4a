// CRAMImageCodecs: photo files in, rows of 8-bit RGB out.
//
// A thin, safe face on the libraries that Linux distributions maintain (libjpeg-turbo, libpng,
// libwebp, giflib, and libheif where it is installed), a BMP reader, and the loops over pixels
// around them. On Apple systems ImageIO decodes, and only BMP and the pixel loops are built.
//
// - Buffers belong to the caller. A photo is looked at twice: `ramk_photo_probe` reads its size off
//   the header, the caller checks that against its limits and allocates, `ramk_photo_decode` fills.
// - No function trusts a length, offset or count in the file; none prints, traps, or ends the
//   process.
// - `natural` chooses between two readings of a photo: laid over white where it is transparent and
//   16-bit grey scaled to 8 bits by its high byte (true), or the colours below the transparency and
//   16-bit grey clipped at 255, as Pillow's `convert("RGB")` gives them (false).

#ifndef CRAMIMAGECODECS_H
#define CRAMIMAGECODECS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: - Files

typedef enum {
  RAMK_PHOTO_UNKNOWN = 0,
  RAMK_PHOTO_JPEG,
  RAMK_PHOTO_PNG,
  RAMK_PHOTO_WEBP,
  RAMK_PHOTO_GIF,
  RAMK_PHOTO_BMP,
  RAMK_PHOTO_HEIF                 // HEIC and AVIF
} ramk_photo_format;

typedef enum {
  RAMK_PHOTO_OK = 0,
  RAMK_PHOTO_DAMAGED,             // truncated, contradictory, or no such file at all
  RAMK_PHOTO_UNSUPPORTED,         // well-formed, of a kind that is not decoded here
  RAMK_PHOTO_TOO_LARGE,           // beyond what the format's library can decode at all
  RAMK_PHOTO_OUT_OF_MEMORY,
  RAMK_PHOTO_LIBRARY_MISSING      // libheif is not installed
} ramk_photo_status;

/// Why a call failed, for people; one phrase without a full stop, empty after success.
typedef struct {
  char text[200];
} ramk_photo_message;

/// A photo in memory.
typedef struct {
  const uint8_t *bytes;
  size_t size;
  ramk_photo_format format;
  bool natural;
} ramk_photo;

/// The kind of file that `bytes` start like; extensions are not consulted.
ramk_photo_format ramk_photo_sniff(const uint8_t *bytes, size_t size);

/// Reads width and height off the header. Allocates nothing that depends on them.
ramk_photo_status ramk_photo_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                   ramk_photo_message *message);

/// Decodes into `rgb`: [height, width, 3] bytes, contiguous, for the width and height that
/// `ramk_photo_probe` gave. Of an animation, the first frame. Orientation is left to
/// `ramk_orient_rgb`, except in HEIC and AVIF files, where it is part of the picture: there
/// `natural` applies it.
ramk_photo_status ramk_photo_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                    uint8_t *rgb, ramk_photo_message *message);

// MARK: - Thumbnails
// Not on Apple systems, where ImageIO writes them.

/// The most bytes that a JPEG file of `width` x `height` pixels takes; 0 for a size that none can have.
size_t ramk_jpeg_size_limit(uint32_t width, uint32_t height);

/// Writes `rgb`, [height, width, 3] bytes, as a JPEG file of quality 1 to 100 into `out`, which has room for
/// `capacity` bytes. Returns the bytes written, or 0 where that failed.
size_t ramk_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t *out,
                        size_t capacity);

// MARK: - Pixels
// `count` pixels each; inputs and outputs do not overlap.

/// Grey to RGB.
void ramk_grey_to_rgb(const uint8_t *grey, size_t count, uint8_t *rgb);

/// 16-bit big-endian grey to RGB; everything above 255 becomes 255.
void ramk_grey16_clipped_to_rgb(const uint8_t *grey, size_t count, uint8_t *rgb);

/// Grey and alpha (not premultiplied) to RGB: laid over white, or the alpha dropped.
void ramk_grey_alpha_to_rgb(const uint8_t *grey_alpha, size_t count, bool over_white, uint8_t *rgb);

/// RGB and alpha (not premultiplied) to RGB: laid over white, or the alpha dropped.
void ramk_rgba_to_rgb(const uint8_t *rgba, size_t count, bool over_white, uint8_t *rgb);

/// Palette indices to RGB.
void ramk_palette_to_rgb(const uint8_t *indices, size_t count, const uint8_t palette[256][3],
                         uint8_t *rgb);

/// CMYK as Adobe stores it in JPEG files, inverted, to RGB.
void ramk_inverted_cmyk_to_rgb(const uint8_t *cmyk, size_t count, uint8_t *rgb);

/// Turns a picture of `width` x `height` pixels upright. `orientation` is EXIF's, 1 to 8; from 5 on
/// `out` is `height` pixels wide and `width` high. Anything else copies.
void ramk_orient_rgb(const uint8_t *rgb, size_t width, size_t height, unsigned orientation,
                     uint8_t *out);

#ifdef __cplusplus
}
#endif

#endif
