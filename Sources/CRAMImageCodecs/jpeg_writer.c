// JPEG out, through libjpeg-turbo: baseline, YCbCr, chroma halved both ways, for thumbnails.
//
// It writes into a buffer of the caller's. What does not fit ends it, as any other error of the library
// does, by longjmp.

#ifndef __APPLE__

#include "codec.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>
#include <jerror.h>

typedef struct {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  jmp_buf escape;
} jpeg_writer;

static void escape(j_common_ptr jpeg) { longjmp(((jpeg_writer *)jpeg->client_data)->escape, 1); }
static void on_error(j_common_ptr jpeg) { escape(jpeg); }
static void on_message(j_common_ptr jpeg) { (void)jpeg; }
static void on_trace(j_common_ptr jpeg, int level) { (void)jpeg, (void)level; }
static void start_output(j_compress_ptr jpeg) { (void)jpeg; }
static void end_output(j_compress_ptr jpeg) { (void)jpeg; }

static boolean on_full_buffer(j_compress_ptr jpeg) {
  escape((j_common_ptr)jpeg);
  return FALSE;
}

size_t ramk_jpeg_size_limit(uint32_t width, uint32_t height) {
  if (width == 0 || height == 0 || width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) return 0;
  // At quality 100 a block of 64 coefficients can take a little more than 3 bytes each, and blocks at
  // the edges are whole; headers and tables take less than the rest.
  size_t columns = ((size_t)width + 15) / 16 * 16;
  size_t rows = ((size_t)height + 15) / 16 * 16;
  return columns * rows * 6 + 4096;
}

size_t ramk_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, uint8_t *out,
                        size_t capacity) {
  jpeg_writer writer = {0};
  if (rgb == NULL || out == NULL || ramk_jpeg_size_limit(width, height) == 0) return 0;
  writer.jpeg.err = jpeg_std_error(&writer.errors);
  writer.errors.error_exit = on_error;
  writer.errors.output_message = on_message;
  writer.errors.emit_message = on_trace;
  writer.jpeg.client_data = &writer;
  if (setjmp(writer.escape)) {
    jpeg_destroy_compress(&writer.jpeg);
    return 0;
  }
  jpeg_create_compress(&writer.jpeg);
  writer.destination.init_destination = start_output;
  writer.destination.empty_output_buffer = on_full_buffer;
  writer.destination.term_destination = end_output;
  writer.destination.next_output_byte = out;
  writer.destination.free_in_buffer = capacity;
  writer.jpeg.dest = &writer.destination;
  writer.jpeg.image_width = width;
  writer.jpeg.image_height = height;
  writer.jpeg.input_components = 3;
  writer.jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&writer.jpeg);
  jpeg_set_quality(&writer.jpeg, quality, TRUE);
  jpeg_start_compress(&writer.jpeg, TRUE);
  while (writer.jpeg.next_scanline < height) {
    // The library takes rows as mutable and does not change them.
    JSAMPROW row = (JSAMPROW)(uintptr_t)(rgb + (size_t)writer.jpeg.next_scanline * width * 3);
    jpeg_write_scanlines(&writer.jpeg, &row, 1);
  }
  jpeg_finish_compress(&writer.jpeg);
  size_t size = capacity - writer.destination.free_in_buffer;
  jpeg_destroy_compress(&writer.jpeg);
  return size;
}

#endif
