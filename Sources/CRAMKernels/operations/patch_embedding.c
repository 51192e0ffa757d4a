// Patches are gathered from the three planes into rows (channel, row, column), as a convolution
// whose stride is its size sees them; then a product with LayerNorm.

#include "operations/checks.h"
#include "operations/gathered_product.h"

#include <string.h>

enum { PLANES = 3 };

static void gather_patch(const ramk_context *context, const void *user, size_t token, float *to) {
  (void)context;
  const ramk_patch_embedding_arguments *a = user;
  const size_t patch = a->patch, columns = a->width / patch, rows = a->height / patch;
  const size_t left = token % columns * patch;
  const size_t top = token / columns % rows * patch;
  const float *image = a->images + token / columns / rows * PLANES * a->height * a->width;
  for (size_t plane = 0; plane < PLANES; plane++) {
    for (size_t row = 0; row < patch; row++, to += patch) {
      const float *from = image + (plane * a->height + top + row) * a->width + left;
      memcpy(to, from, patch * sizeof(float));
    }
  }
}

static ramk_status sizes(const ramk_patch_embedding_arguments *a, size_t *m, size_t *k) {
  if (a->patch == 0 || a->height % a->patch != 0 || a->width % a->patch != 0)
    return RAMK_INVALID_ARGUMENT;
  size_t values;
  if (!ramk_multiply3(PLANES, a->patch, a->patch, k) ||
      !ramk_multiply3(a->batch, a->height / a->patch, a->width / a->patch, m) ||
      !ramk_multiply(*m, *k, &values) || values > PTRDIFF_MAX / sizeof(float))
    return RAMK_SIZE_OVERFLOW;
  return RAMK_OK;
}

size_t ramk_patch_embedding_workspace_size(const ramk_context *context, ramk_precision precision,
                                           const ramk_patch_embedding_arguments *arguments) {
  size_t m, k;
  if (!arguments || sizes(arguments, &m, &k) != RAMK_OK) return 0;
  return ramk_gathered_product_workspace_size(context, precision, m, k, arguments->weights);
}

ramk_status ramk_patch_embedding(const ramk_context *context, ramk_precision precision,
                                 const ramk_patch_embedding_arguments *arguments, void *workspace,
                                 size_t workspace_bytes) {
  const ramk_patch_embedding_arguments *a = arguments;
  size_t m, n, k;
  if (!context || !a || !a->gain != !a->norm_bias) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(sizes(a, &m, &k));
  if (m == 0) return RAMK_OK;
  if (!a->images || !a->bias) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_gathered_product_check(context, precision, a->weights, k, &n));
  const ramk_gathered_rows rows = {.k = k, .gather = gather_patch, .user = a};
  const ramk_gemm_arguments product = {
    .m = m,
    .weights = a->weights,
    .bias = a->bias,
    .gain = a->gain,
    .norm_bias = a->norm_bias,
    .epsilon = a->epsilon,
    .out = a->out,
    .out_stride = a->out_stride,
  };
  return ramk_gathered_product(context, precision, &rows, &product, workspace, workspace_bytes);
}
