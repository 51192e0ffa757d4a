// A depthwise convolution is cut into output rows by blocks of channels; its inner kernel gets the
// rows of the filter that lie inside of the map, and sees to the columns.

#include "operations/kernels.h"
#include "threads/threads.h"

#include <math.h>

// Few and wide rows (9 of 1,248 channels) still make work for many threads.
enum { BLOCK_CHANNELS = 256 };

typedef struct {
  const ramk_depthwise_convolution_arguments *arguments;
  const ramk_depthwise_convolution_kernel *kernel;
  size_t channel_blocks;
} plan;

void ramk_depthwise_run_row(const ramk_depthwise_convolution_kernel *kernel,
                            const ramk_depthwise_convolution_arguments *a, size_t image, size_t y,
                            size_t first, size_t channels, const ramk_depthwise_map *map) {
  const ramk_taps taps = ramk_taps_inside(y, a->kernel, a->stride, a->pad_top, a->height);
  ramk_depthwise_row row = {
    .channels = channels,
    .x_stride = map->stride,
    .tap_stride = a->channels,
    .out_stride = a->channels,
    .width = a->width,
    .kernel = a->kernel,
    .stride = a->stride,
    .pad_left = a->pad_left,
    .out_width = a->out_width,
    .bias = a->bias ? a->bias + first : NULL,
    .low = a->activation == RAMK_ACTIVATION_NONE ? -INFINITY : 0,
    .high = a->activation == RAMK_ACTIVATION_RELU6 ? 6 : INFINITY,
    .out = a->out + (image * a->out_height + y) * a->out_width * a->channels + first,
  };
  if (taps.first < taps.last) {
    const size_t first_row = y * a->stride + taps.first - a->pad_top - map->first_row;
    row.tap_rows = taps.last - taps.first;
    row.x = map->x + first_row * a->width * map->stride;
    row.weights = a->weights + taps.first * a->kernel * a->channels + first;
  }
  kernel->row(&row);
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const plan *p = user;
  const ramk_depthwise_convolution_arguments *a = p->arguments;
  const size_t channel = index % p->channel_blocks * BLOCK_CHANNELS;
  const size_t out_row = index / p->channel_blocks;  // of all images' rows
  const size_t image = out_row / a->out_height;
  const ramk_depthwise_map map = {
    .x = a->x + image * a->height * a->width * a->channels + channel, .stride = a->channels,
  };
  ramk_depthwise_run_row(p->kernel, a, image, out_row % a->out_height, channel,
                         ramk_minimum(BLOCK_CHANNELS, a->channels - channel), &map);
}

ramk_status ramk_depthwise_check(const ramk_depthwise_convolution_arguments *a) {
  size_t taps, pixels, out_pixels;
  if (a->activation != RAMK_ACTIVATION_NONE && a->activation != RAMK_ACTIVATION_RELU &&
      a->activation != RAMK_ACTIVATION_RELU6)
    return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_taps_check(a->out_height, a->kernel, a->stride, a->pad_top, a->height));
  RAMK_TRY(ramk_taps_check(a->out_width, a->kernel, a->stride, a->pad_left, a->width));
  if (!ramk_multiply(a->kernel, a->kernel, &taps) ||
      !ramk_multiply3(a->batch, a->height, a->width, &pixels) ||
      !ramk_multiply3(a->batch, a->out_height, a->out_width, &out_pixels))
    return RAMK_SIZE_OVERFLOW;
  if (out_pixels == 0) return RAMK_OK;
  RAMK_TRY(ramk_check_matrix(a->weights, taps, a->channels, a->channels));
  return ramk_check_matrix(a->out, out_pixels, a->channels, a->channels);
}

ramk_status ramk_depthwise_convolution(const ramk_context *context, ramk_precision precision,
                                       const ramk_depthwise_convolution_arguments *arguments) {
  const ramk_depthwise_convolution_arguments *a = arguments;
  if (!context || !a) return RAMK_INVALID_ARGUMENT;
  plan p = {
    .arguments = a,
    .kernel = RAMK_KERNEL_OF(context, precision, depthwise_convolution),
    .channel_blocks = ramk_divide_up(a->channels, BLOCK_CHANNELS),
  };
  if (!p.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(ramk_depthwise_check(a));
  const size_t rows = a->batch * a->out_height;
  if (rows == 0 || a->out_width == 0) return RAMK_OK;
  RAMK_TRY(
    ramk_check_matrix(a->x, a->batch * a->height * a->width, a->channels, a->channels));
  ramk_parallel_for(context, rows * p.channel_blocks, run_task, &p);
  return RAMK_OK;
}
