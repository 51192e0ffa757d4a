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
  float low, high;
} plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const plan *p = user;
  const ramk_depthwise_convolution_arguments *a = p->arguments;
  const size_t channel = index % p->channel_blocks * BLOCK_CHANNELS;
  const size_t out_row = index / p->channel_blocks;  // of all images' rows
  const size_t image = out_row / a->out_height, y = out_row % a->out_height;
  const ramk_taps taps = ramk_taps_inside(y, a->kernel, a->stride, a->pad_top, a->height);
  ramk_depthwise_row row = {
    .channels = ramk_minimum(BLOCK_CHANNELS, a->channels - channel),
    .pixel_stride = a->channels,
    .width = a->width,
    .kernel = a->kernel,
    .stride = a->stride,
    .pad_left = a->pad_left,
    .out_width = a->out_width,
    .bias = a->bias ? a->bias + channel : NULL,
    .low = p->low,
    .high = p->high,
    .out = a->out + out_row * a->out_width * a->channels + channel,
  };
  if (taps.first < taps.last) {
    const size_t first_row = image * a->height + y * a->stride + taps.first - a->pad_top;
    row.tap_rows = taps.last - taps.first;
    row.x = a->x + first_row * a->width * a->channels + channel;
    row.weights = a->weights + taps.first * a->kernel * a->channels + channel;
  }
  p->kernel->row(&row);
}

static ramk_status check(const ramk_depthwise_convolution_arguments *a) {
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
  RAMK_TRY(ramk_check_matrix(a->x, pixels, a->channels, a->channels));
  RAMK_TRY(ramk_check_matrix(a->weights, taps, a->channels, a->channels));
  return ramk_check_matrix(a->out, out_pixels, a->channels, a->channels);
}

ramk_status ramk_depthwise_convolution(const ramk_context *context, ramk_precision precision,
                                       const ramk_depthwise_convolution_arguments *arguments) {
  if (!context || !arguments) return RAMK_INVALID_ARGUMENT;
  plan p = {
    .arguments = arguments,
    .kernel = RAMK_KERNEL_OF(context, precision, depthwise_convolution),
    .channel_blocks = ramk_divide_up(arguments->channels, BLOCK_CHANNELS),
    .low = arguments->activation == RAMK_ACTIVATION_NONE ? -INFINITY : 0,
    .high = arguments->activation == RAMK_ACTIVATION_RELU6 ? 6 : INFINITY,
  };
  if (!p.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(check(arguments));
  if (arguments->out_width == 0) return RAMK_OK;
  const size_t rows = arguments->batch * arguments->out_height;
  ramk_parallel_for(context, rows * p.channel_blocks, run_task, &p);
  return RAMK_OK;
}
