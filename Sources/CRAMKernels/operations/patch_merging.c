// Four neighbouring tokens are gathered into a row, which is normalised while it is in L1; then a
// product.

#include "operations/checks.h"
#include "operations/gathered_product.h"
#include "operations/kernels.h"

#include <string.h>

static void gather_neighbours(const ramk_context *context, const void *user, size_t token,
                              float *to) {
  const ramk_patch_merging_arguments *a = user;
  const size_t columns = a->width / 2, rows = a->height / 2;
  const size_t left = token % columns * 2;
  const size_t top = token / columns % rows * 2;
  const size_t image = token / columns / rows;
  for (size_t neighbour = 0; neighbour < 4; neighbour++) {
    const size_t row = image * a->height + top + neighbour % 2;
    const size_t column = left + neighbour / 2;
    memcpy(to + neighbour * a->channels, a->x + (row * a->width + column) * a->x_stride,
           a->channels * sizeof(float));
  }
  const ramk_layer_norm_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm);
  const size_t k = 4 * a->channels;
  kernel->rows(1, k, to, k, a->gain, a->norm_bias, a->epsilon, to, k);
}

static ramk_status sizes(const ramk_patch_merging_arguments *a, size_t *m, size_t *k) {
  if (a->height % 2 != 0 || a->width % 2 != 0) return RAMK_INVALID_ARGUMENT;
  if (!ramk_multiply(4, a->channels, k) ||
      !ramk_multiply3(a->batch, a->height / 2, a->width / 2, m))
    return RAMK_SIZE_OVERFLOW;
  return RAMK_OK;
}

size_t ramk_patch_merging_workspace_size(const ramk_context *context, ramk_precision precision,
                                         const ramk_patch_merging_arguments *arguments) {
  size_t m, k;
  if (!arguments || sizes(arguments, &m, &k) != RAMK_OK) return 0;
  return ramk_gathered_product_workspace_size(context, precision, m, k, arguments->weights);
}

ramk_status ramk_patch_merging(const ramk_context *context, ramk_precision precision,
                               const ramk_patch_merging_arguments *arguments, void *workspace,
                               size_t workspace_bytes) {
  const ramk_patch_merging_arguments *a = arguments;
  size_t m, n, k, tokens;
  if (!context || !a) return RAMK_INVALID_ARGUMENT;
  if (!RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm)) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(sizes(a, &m, &k));
  if (!ramk_multiply(m, 4, &tokens)) return RAMK_SIZE_OVERFLOW;
  if (m == 0) return RAMK_OK;
  if (!a->gain || !a->norm_bias) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_gathered_product_check(context, precision, a->weights, k, &n));
  RAMK_TRY(ramk_check_matrix(a->x, tokens, a->channels, a->x_stride));
  const ramk_gathered_rows rows = {.k = k, .gather = gather_neighbours, .user = a};
  const ramk_gemm_arguments product = {
    .m = m,
    .weights = a->weights,
    .out = a->out,
    .out_stride = a->out_stride,
  };
  return ramk_gathered_product(context, precision, &rows, &product, workspace, workspace_bytes);
}
