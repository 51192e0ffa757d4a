// A dense convolution: each output pixel's neighbourhood is gathered into a row (kernel row, kernel
// column, channel), with zeros where it reaches over the map's edge, and the rows are multiplied.

#include "operations/checks.h"
#include "operations/gathered_product.h"
#include "operations/taps.h"

#include <string.h>

static void gather_neighbourhood(const ramk_context *context, const void *user, size_t row,
                                 float *to) {
  (void)context;
  const ramk_convolution_arguments *a = user;
  const size_t column = row % a->out_width, out_row = row / a->out_width;
  const size_t image = out_row / a->out_height, y = out_row % a->out_height;
  const ramk_taps down = ramk_taps_inside(y, a->kernel, a->stride, a->pad_top, a->height);
  const ramk_taps along = ramk_taps_inside(column, a->kernel, a->stride, a->pad_left, a->width);
  const size_t tap_row = a->kernel * a->channels;
  const size_t count = (along.last - along.first) * a->channels;
  if (down.last - down.first < a->kernel || count < tap_row)
    memset(to, 0, a->kernel * tap_row * sizeof(float));
  if (count == 0) return;
  for (size_t tap = down.first; tap < down.last; tap++) {
    const size_t in_row = image * a->height + y * a->stride + tap - a->pad_top;
    const size_t pixel = in_row * a->width + column * a->stride + along.first - a->pad_left;
    memcpy(to + tap * tap_row + along.first * a->channels, a->x + pixel * a->channels,
           count * sizeof(float));
  }
}

static bool sizes(const ramk_convolution_arguments *a, size_t *m, size_t *k) {
  return ramk_multiply3(a->batch, a->out_height, a->out_width, m) &&
         ramk_multiply3(a->kernel, a->kernel, a->channels, k);
}

size_t ramk_convolution_workspace_size(const ramk_context *context, ramk_precision precision,
                                       const ramk_convolution_arguments *arguments) {
  size_t m, k;
  if (!arguments || !sizes(arguments, &m, &k)) return 0;
  return ramk_gathered_product_workspace_size(context, precision, m, k, arguments->weights);
}

ramk_status ramk_convolution(const ramk_context *context, ramk_precision precision,
                             const ramk_convolution_arguments *arguments, void *workspace,
                             size_t workspace_bytes) {
  const ramk_convolution_arguments *a = arguments;
  size_t m, n, k, pixels;
  if (!context || !a) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_taps_check(a->out_height, a->kernel, a->stride, a->pad_top, a->height));
  RAMK_TRY(ramk_taps_check(a->out_width, a->kernel, a->stride, a->pad_left, a->width));
  if (!sizes(a, &m, &k) || !ramk_multiply3(a->batch, a->height, a->width, &pixels))
    return RAMK_SIZE_OVERFLOW;
  if (m == 0) return RAMK_OK;
  RAMK_TRY(ramk_gathered_product_check(context, precision, a->weights, k, &n));
  RAMK_TRY(ramk_check_matrix(a->x, pixels, a->channels, a->channels));
  const ramk_gathered_rows rows = {.k = k, .gather = gather_neighbourhood, .user = a};
  const ramk_gemm_arguments product = {
    .m = m,
    .weights = a->weights,
    .bias = a->bias,
    .activation = a->activation,
    .out = a->out,
    .out_stride = n,
  };
  return ramk_gathered_product(context, precision, &rows, &product, workspace, workspace_bytes);
}
