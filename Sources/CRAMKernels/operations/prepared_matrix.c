#include "operations/prepared_matrix.h"

#include "operations/checks.h"
#include "operations/kernels.h"
#include "threads/threads.h"

#include <string.h>

static const char magic[8] = {'R', 'A', 'M', 'K', 'M', 'T', 'R', 'X'};
enum { LAYOUT_VERSION = 3 };

ramk_status ramk_prepared_matrix_check(const ramk_context *context, ramk_precision precision,
                                       const void *prepared, const ramk_prepared_matrix **header) {
  const ramk_gemm_kernel *kernel = RAMK_KERNEL_OF(context, precision, gemm);
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  if (!prepared || (uintptr_t)prepared % 64 != 0) return RAMK_INVALID_ARGUMENT;
  const ramk_prepared_matrix *matrix = prepared;
  if (memcmp(matrix->magic, magic, sizeof magic) != 0 || matrix->version != LAYOUT_VERSION ||
      matrix->precision != (uint32_t)precision || matrix->panel != kernel->nr ||
      matrix->unit != kernel->unit || matrix->element_bytes != kernel->panel_bytes ||
      matrix->bytes < sizeof *matrix ||  // a size that overflows is 0
      matrix->bytes != ramk_matrix_prepared_size(context, precision, matrix->n, matrix->k))
    return RAMK_NOT_PREPARED;
  *header = matrix;
  return RAMK_OK;
}

size_t ramk_matrix_prepared_size(const ramk_context *context, ramk_precision precision, size_t n,
                                 size_t k) {
  const ramk_gemm_kernel *kernel = RAMK_KERNEL_OF(context, precision, gemm);
  size_t bytes;
  if (!kernel || k > PTRDIFF_MAX ||
      !ramk_multiply(k, kernel->nr * kernel->panel_bytes + kernel->panel_extra, &bytes) ||
      bytes > PTRDIFF_MAX / 2 ||
      !ramk_multiply(ramk_divide_up(n, kernel->nr), ramk_panel_bytes(kernel, k), &bytes) ||
      !ramk_add(bytes, sizeof(ramk_prepared_matrix), &bytes) || bytes > PTRDIFF_MAX)
    return 0;
  return bytes;
}

ramk_status ramk_matrix_prepared_check(const ramk_context *context, ramk_precision precision, size_t n,
                                       size_t k, const void *prepared, size_t prepared_bytes) {
  const ramk_prepared_matrix *header;
  if (prepared_bytes < sizeof *header) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, prepared, &header));
  if (header->n != n || header->k != k) return RAMK_NOT_PREPARED;
  return header->bytes <= prepared_bytes ? RAMK_OK : RAMK_INVALID_ARGUMENT;
}

typedef struct {
  const ramk_gemm_kernel *kernel;
  size_t n, k, row_stride;
  const float *weights;           // or NULL
  bool transposed;
  const int8_t *bytes;            // and their scales
  const float *scales;
  void *panels;
} packing;

static void pack_panel(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const packing *p = user;
  const size_t first = index * p->kernel->nr;
  const size_t rows = ramk_minimum(p->kernel->nr, p->n - first);
  void *to = ramk_panel(p->kernel, p->panels, first, p->k, 0);
  if (p->transposed)
    p->kernel->pack_transposed(rows, p->k, p->weights + first, p->row_stride, to);
  else if (p->weights)
    p->kernel->pack_panels(rows, p->k, p->weights + first * p->row_stride, p->row_stride, to);
  else
    p->kernel->pack_bytes(rows, p->k, p->bytes + first * p->row_stride, p->row_stride,
                          p->scales + first, to);
}

static ramk_status prepare(const ramk_context *context, ramk_precision precision, packing *p,
                           void *prepared, size_t prepared_bytes) {
  const size_t bytes = ramk_matrix_prepared_size(context, precision, p->n, p->k);
  if (bytes == 0) return RAMK_SIZE_OVERFLOW;
  if (!prepared || (uintptr_t)prepared % 64 != 0 || prepared_bytes < bytes)
    return RAMK_INVALID_ARGUMENT;
  ramk_prepared_matrix header = {
    .version = LAYOUT_VERSION,
    .precision = precision,
    .panel = (uint32_t)p->kernel->nr,
    .unit = (uint32_t)p->kernel->unit,
    .element_bytes = (uint32_t)p->kernel->panel_bytes,
    .n = p->n,
    .k = p->k,
    .bytes = bytes,
  };
  memcpy(header.magic, magic, sizeof magic);
  memcpy(prepared, &header, sizeof header);
  p->panels = (char *)prepared + sizeof header;
  if (p->k > 0)
    ramk_parallel_for(context, ramk_divide_up(p->n, p->kernel->nr), pack_panel, p);
  return RAMK_OK;
}

ramk_status ramk_matrix_prepare(const ramk_context *context, ramk_precision precision, size_t n,
                                size_t k, const float *weights, size_t row_stride, void *prepared,
                                size_t prepared_bytes) {
  packing p = {.kernel = RAMK_KERNEL_OF(context, precision, gemm), .n = n, .k = k,
               .row_stride = row_stride, .weights = weights};
  if (!p.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(ramk_check_matrix(weights, n, k, row_stride));
  return prepare(context, precision, &p, prepared, prepared_bytes);
}

ramk_status ramk_matrix_prepare_transposed(const ramk_context *context, ramk_precision precision,
                                           size_t n, size_t k, const float *weights,
                                           size_t row_stride, void *prepared,
                                           size_t prepared_bytes) {
  packing p = {.kernel = RAMK_KERNEL_OF(context, precision, gemm), .n = n, .k = k,
               .row_stride = row_stride, .weights = weights, .transposed = true};
  if (!p.kernel || !p.kernel->pack_transposed) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  RAMK_TRY(ramk_check_matrix(weights, k, n, row_stride));
  return prepare(context, precision, &p, prepared, prepared_bytes);
}

ramk_status ramk_matrix_prepare_bytes(const ramk_context *context, size_t n, size_t k,
                                      const int8_t *weights, size_t row_stride,
                                      const float *scales, void *prepared, size_t prepared_bytes) {
  packing p = {.kernel = RAMK_KERNEL_OF(context, RAMK_INT8, gemm), .n = n, .k = k,
               .row_stride = row_stride, .bytes = weights, .scales = scales};
  if (!p.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  // Bytes, at most as many as floats would be.
  RAMK_TRY(ramk_check_matrix((const float *)(const void *)weights, n, k, row_stride));
  if (!scales && n > 0 && k > 0) return RAMK_INVALID_ARGUMENT;
  return prepare(context, RAMK_INT8, &p, prepared, prepared_bytes);
}
