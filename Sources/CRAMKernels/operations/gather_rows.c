// Rows of a table, each converted by the kernel of conversion, scaled and added to.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "threads/threads.h"

enum { ROWS_OF_TASK = 64 };  // some 100 kB of output at the widths of text encoders

typedef struct {
  const ramk_convert_kernel *kernel;
  const ramk_gather_rows_arguments *arguments;
  size_t row_bytes;
} gather_plan;

static void scale(float factor, size_t count, float *restrict x) {
  for (size_t i = 0; i < count; i++) x[i] *= factor;
}

static void add(const float *restrict added, size_t count, float *restrict x) {
  for (size_t i = 0; i < count; i++) x[i] += added[i];
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const gather_plan *p = user;
  const ramk_gather_rows_arguments *a = p->arguments;
  const size_t end = ramk_minimum((index + 1) * ROWS_OF_TASK, a->rows);
  for (size_t row = index * ROWS_OF_TASK; row < end; row++) {
    const size_t wanted = a->indices[row];
    float *out = a->out + row * a->out_stride;
    p->kernel->convert(a->type, (const uint8_t *)a->table + wanted * p->row_bytes, a->columns, out);
    if (a->scales) scale(a->scales[wanted], a->columns, out);
    if (a->added) add(a->added + row % a->added_rows * a->columns, a->columns, out);
  }
}

static ramk_status check(const ramk_gather_rows_arguments *a) {
  const ramk_element_block element = ramk_element_block_of(a->type);
  size_t bytes;
  if (element.bytes == 0 || element.elements != 1) return RAMK_INVALID_ARGUMENT;
  if (!ramk_multiply3(a->table_rows, a->columns, element.bytes, &bytes) || bytes > PTRDIFF_MAX)
    return RAMK_SIZE_OVERFLOW;
  RAMK_TRY(ramk_check_matrix(a->out, a->rows, a->columns, a->out_stride));
  if (a->rows == 0 || a->columns == 0) return RAMK_OK;
  if (!a->table || !a->indices) return RAMK_INVALID_ARGUMENT;
  if (a->added) {
    if (a->added_rows == 0) return RAMK_INVALID_ARGUMENT;
    RAMK_TRY(ramk_check_matrix(a->added, a->added_rows, a->columns, a->columns));
  }
  for (size_t row = 0; row < a->rows; row++)
    if (a->indices[row] >= a->table_rows) return RAMK_INVALID_ARGUMENT;
  return RAMK_OK;
}

ramk_status ramk_gather_rows(const ramk_context *context,
                             const ramk_gather_rows_arguments *arguments) {
  const ramk_convert_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_FLOAT32, convert);
  if (!kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  if (!arguments) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(check(arguments));
  if (arguments->rows == 0 || arguments->columns == 0) return RAMK_OK;
  gather_plan plan = {kernel, arguments,
                      arguments->columns * ramk_element_block_of(arguments->type).bytes};
  ramk_parallel_for(context, ramk_divide_up(arguments->rows, ROWS_OF_TASK), run_task, &plan);
  return RAMK_OK;
}
