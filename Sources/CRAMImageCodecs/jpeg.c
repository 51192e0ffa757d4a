// JPEG through libjpeg-turbo: baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK.
//
// The library's defaults are what Pillow uses as well: the accurate integer inverse transform and
// triangle-filtered chroma. Its errors come back by longjmp; all that has to survive one is in
// `jpeg_reader`.

#ifndef __APPLE__

#include "codec.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

// A progressive file may ask for any number of passes over the whole picture, a few bytes each.
// Real encoders write about ten; 100 are let pass, fewer where the picture is large: 30 passes over
// the largest that the default limits allow take some seconds.
enum { maximum_scans = 100 };
static const uint64_t maximum_scanned_pixels = UINT64_C(5400000000);

typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  ramk_photo_status status;
  ramk_photo_message *message;
  uint8_t *row;
} jpeg_reader;

static jpeg_reader *reader_of(void *jpeg) { return ((j_common_ptr)jpeg)->client_data; }

static void give_up(jpeg_reader *reader, ramk_photo_status status, const char *why) {
  reader->status = ramk_photo_fail(reader->message, status, "%s", why);
  longjmp(reader->escape, 1);
}

static void on_error(j_common_ptr jpeg) {
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  ramk_photo_status status = RAMK_PHOTO_DAMAGED;
  if (jpeg->err->msg_code == JERR_IMAGE_TOO_BIG) status = RAMK_PHOTO_TOO_LARGE;
  if (jpeg->err->msg_code == JERR_OUT_OF_MEMORY) status = RAMK_PHOTO_OUT_OF_MEMORY;
  give_up(reader_of(jpeg), status, text);
}

// Damage that the library can decode past is let pass, as in Pillow.
static void on_warning(j_common_ptr jpeg, int level) { (void)jpeg, (void)level; }
static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr common) {
  j_decompress_ptr jpeg = (j_decompress_ptr)common;
  uint64_t scans = jpeg->input_scan_number > 0 ? (uint64_t)jpeg->input_scan_number : 0;
  uint64_t pixels = (uint64_t)jpeg->image_width * jpeg->image_height;
  if (scans > maximum_scans || (scans > 1 && scans * pixels > maximum_scanned_pixels)) {
    give_up(reader_of(common), RAMK_PHOTO_DAMAGED, "too many progressive scans for its size");
  }
}

static void start_input(j_decompress_ptr jpeg) { (void)jpeg; }
static void end_input(j_decompress_ptr jpeg) { (void)jpeg; }

static boolean on_end_of_file(j_decompress_ptr jpeg) {
  give_up(reader_of(jpeg), RAMK_PHOTO_DAMAGED, "the file ends before its last pixel");
  return FALSE;
}

static void skip_input(j_decompress_ptr jpeg, long count) {
  if (count <= 0) return;
  size_t left = jpeg->src->bytes_in_buffer;
  size_t skipped = (size_t)count < left ? (size_t)count : left;
  jpeg->src->next_input_byte += skipped;
  jpeg->src->bytes_in_buffer -= skipped;
}

static void open_reader(jpeg_reader *reader, const ramk_photo *photo) {
  j_decompress_ptr jpeg = &reader->jpeg;
  jpeg->err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_warning;
  reader->errors.output_message = on_output;
  jpeg->client_data = reader;
  jpeg_create_decompress(jpeg);
  reader->source = (struct jpeg_source_mgr){
      .next_input_byte = photo->bytes,
      .bytes_in_buffer = photo->size,
      .init_source = start_input,
      .fill_input_buffer = on_end_of_file,
      .skip_input_data = skip_input,
      .resync_to_restart = jpeg_resync_to_restart,
      .term_source = end_input,
  };
  jpeg->src = &reader->source;
  reader->progress.progress_monitor = on_progress;
  jpeg->progress = &reader->progress;
  jpeg_read_header(jpeg, TRUE);
  int channels = jpeg->num_components;
  if (channels != 1 && channels != 3 && channels != 4) {
    give_up(reader, RAMK_PHOTO_UNSUPPORTED, "a JPEG of other than 1, 3 or 4 colour channels");
  }
}

static void read_cmyk(jpeg_reader *reader, uint32_t width, uint32_t height, uint8_t *rgb) {
  reader->row = malloc((size_t)width * 4);
  if (!reader->row) give_up(reader, RAMK_PHOTO_OUT_OF_MEMORY, "no memory for a row of pixels");
  for (uint32_t y = 0; y < height; y++) {
    jpeg_read_scanlines(&reader->jpeg, &reader->row, 1);
    ramk_inverted_cmyk_to_rgb(reader->row, width, rgb + (size_t)y * width * 3);
  }
}

static void read_pixels(jpeg_reader *reader, uint8_t *rgb) {
  j_decompress_ptr jpeg = &reader->jpeg;
  uint32_t width = jpeg->image_width, height = jpeg->image_height;
  bool cmyk = jpeg->num_components == 4;
  jpeg->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(jpeg);
  if (cmyk) {
    read_cmyk(reader, width, height, rgb);
    return;
  }
  while (jpeg->output_scanline < height) {
    JSAMPROW row = rgb + (size_t)jpeg->output_scanline * width * 3;
    jpeg_read_scanlines(jpeg, &row, 1);
  }
}

/// Reads the header, and the pixels too where there is an `rgb` for `width` x `height` of them.
static void attempt(jpeg_reader *reader, const ramk_photo *photo, uint32_t *width,
                    uint32_t *height, uint8_t *rgb) {
  if (setjmp(reader->escape)) return;
  open_reader(reader, photo);
  if (!rgb) {
    *width = reader->jpeg.image_width;
    *height = reader->jpeg.image_height;
  } else if (reader->jpeg.image_width != *width || reader->jpeg.image_height != *height) {
    give_up(reader, RAMK_PHOTO_DAMAGED, "its header changed while it was read");
  } else {
    read_pixels(reader, rgb);
  }
}

static ramk_photo_status read_photo(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                    uint8_t *rgb, ramk_photo_message *message) {
  jpeg_reader reader = {.message = message};
  attempt(&reader, photo, width, height, rgb);
  jpeg_destroy_decompress(&reader.jpeg);
  free(reader.row);
  return reader.status;
}

ramk_photo_status ramk_jpeg_probe(const ramk_photo *photo, uint32_t *width, uint32_t *height,
                                  ramk_photo_message *message) {
  return read_photo(photo, width, height, NULL, message);
}

ramk_photo_status ramk_jpeg_decode(const ramk_photo *photo, uint32_t width, uint32_t height,
                                   uint8_t *rgb, ramk_photo_message *message) {
  return read_photo(photo, &width, &height, rgb, message);
}

#endif
