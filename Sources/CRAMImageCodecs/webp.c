// WebP through libwebp: lossy, lossless, with alpha; the first frame of an animation.

#ifndef __APPLE__

#include "codec.h"

#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

static ramk_photo_status failure(ramk_photo_message *message, VP8StatusCode code) {
  switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return ramk_photo_fail(message, RAMK_PHOTO_OUT_OF_MEMORY, "no memory for its pixels");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return ramk_photo_fail(message, RAMK_PHOTO_UNSUPPORTED, "a WebP feature that libwebp lacks");
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "the file ends before its last pixel");
    default:
      return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "its WebP data is damaged");
  }
}

ramk_photo_status ramk_webp_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                  ramk_photo_message *message) {
  WebPBitstreamFeatures features;
  VP8StatusCode code = WebPGetFeatures(photo->bytes, photo->size, &features);
  if (code != VP8_STATUS_OK) return failure(message, code);
  *width = (uint32_t)features.width;
  *height = (uint32_t)features.height;
  return RAMK_PHOTO_OK;
}

/// Decodes a still, `width` x `height` pixels, into a part of a picture with rows `stride` apart.
static ramk_photo_status decode_still(const uint8_t *bytes, size_t size, bool natural,
                                      uint32_t width, uint32_t height, uint8_t *rgb, size_t stride,
                                      ramk_photo_message *message) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) {
    return ramk_photo_fail(message, RAMK_PHOTO_UNSUPPORTED, "libwebp has another version's layout");
  }
  VP8StatusCode code = WebPGetFeatures(bytes, size, &config.input);
  if (code != VP8_STATUS_OK) return failure(message, code);
  if (config.input.width != (int)width || config.input.height != (int)height) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "its parts differ in size");
  }
  bool blended = natural && config.input.has_alpha;
  size_t blended_stride = (size_t)width * 4;
  uint8_t *pixels = blended ? malloc(blended_stride * height) : rgb;
  if (!pixels) return failure(message, VP8_STATUS_OUT_OF_MEMORY);

  config.output.colorspace = blended ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = (int)(blended ? blended_stride : stride);
  config.output.u.RGBA.size =
      blended ? blended_stride * height : stride * (height - 1) + (size_t)width * 3;
  code = WebPDecode(bytes, size, &config);
  WebPFreeDecBuffer(&config.output);
  if (blended) {
    for (uint32_t y = 0; y < height && code == VP8_STATUS_OK; y++) {
      ramk_rgba_to_rgb(pixels + y * blended_stride, width, true, rgb + y * stride);
    }
    free(pixels);
  }
  return code == VP8_STATUS_OK ? RAMK_PHOTO_OK : failure(message, code);
}

/// The first frame may cover a part of the canvas; the rest is transparent black.
static ramk_photo_status decode_first_frame(const ramk_photo *photo, uint32_t width,
                                            uint32_t height, uint8_t *rgb,
                                            ramk_photo_message *message) {
  WebPData data = {photo->bytes, photo->size};
  WebPDemuxer *demuxer = WebPDemux(&data);
  if (!demuxer) return failure(message, VP8_STATUS_BITSTREAM_ERROR);
  WebPIterator frame;
  ramk_photo_status status = RAMK_PHOTO_DAMAGED;
  if (WebPDemuxGetFrame(demuxer, 1, &frame)) {
    uint32_t x = (uint32_t)frame.x_offset, y = (uint32_t)frame.y_offset;
    uint32_t w = (uint32_t)frame.width, h = (uint32_t)frame.height;
    if (w > 0 && h > 0 && x <= width && y <= height && w <= width - x && h <= height - y) {
      size_t stride = (size_t)width * 3;
      if (w < width || h < height) memset(rgb, photo->natural ? 255 : 0, stride * height);
      status = decode_still(frame.fragment.bytes, frame.fragment.size, photo->natural, w, h,
                            rgb + y * stride + (size_t)x * 3, stride, message);
    } else {
      failure(message, VP8_STATUS_BITSTREAM_ERROR);
    }
    WebPDemuxReleaseIterator(&frame);
  } else {
    ramk_photo_fail(message, status, "an animation without a frame");
  }
  WebPDemuxDelete(demuxer);
  return status;
}

ramk_photo_status ramk_webp_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                   uint8_t *rgb, ramk_photo_message *message) {
  WebPBitstreamFeatures features;
  VP8StatusCode code = WebPGetFeatures(photo->bytes, photo->size, &features);
  if (code != VP8_STATUS_OK) return failure(message, code);
  if (features.width != (int)width || features.height != (int)height) {
    return ramk_photo_fail(message, RAMK_PHOTO_DAMAGED, "its header changed while it was read");
  }
  if (features.has_animation) return decode_first_frame(photo, width, height, rgb, message);
  return decode_still(photo->bytes, photo->size, photo->natural, width, height, rgb,
                      (size_t)width * 3, message);
}

#endif
