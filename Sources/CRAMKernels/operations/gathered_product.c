// Gathers as many rows as fit a few MB, multiplies them, and goes on with the next: scratch memory
// stays small whatever the batch, and a block's weights are read once for a thousand rows or so.

#include "operations/gathered_product.h"

#include "operations/checks.h"
#include "operations/prepared_matrix.h"
#include "operations/scratch.h"
#include "threads/threads.h"

enum {
  BLOCK_FLOATS = 1 << 20,
  TASK_ROWS = 32,                 // gathered at a time by one thread
};

typedef struct {
  const ramk_gathered_rows *rows;
  size_t first, count;            // rows of the block
  float *gathered;                // [count, k]
} block;

// Rows of all blocks but the last, which has no more.
static size_t block_rows(size_t m, size_t k) {
  const size_t most = k < BLOCK_FLOATS ? BLOCK_FLOATS / k : 1;
  return ramk_divide_up(m, ramk_divide_up(m, most));
}

static void gather_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)worker;
  const block *b = user;
  const size_t last = ramk_minimum((index + 1) * TASK_ROWS, b->count);
  for (size_t row = index * TASK_ROWS; row < last; row++)
    b->rows->gather(context, b->rows->user, b->first + row, b->gathered + row * b->rows->k);
}

ramk_status ramk_gathered_product_check(const ramk_context *context, ramk_precision precision,
                                        const void *weights, size_t k, size_t *n) {
  const ramk_prepared_matrix *matrix;
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, weights, &matrix));
  *n = matrix->n;
  return matrix->k == k ? RAMK_OK : RAMK_INVALID_ARGUMENT;
}

size_t ramk_gathered_product_workspace_size(const ramk_context *context, ramk_precision precision,
                                            size_t m, size_t k, const void *weights) {
  const ramk_prepared_matrix *matrix;
  if (m == 0 || k > PTRDIFF_MAX / 4 / sizeof(float)) return 0;
  if (ramk_prepared_matrix_check(context, precision, weights, &matrix) != RAMK_OK) return 0;
  if (k == 0) return ramk_gemm_workspace_size(context, precision, m, matrix->n, k);
  const size_t rows = block_rows(m, k);
  const size_t gathered = ramk_scratch_bytes(1, rows * k);
  const size_t rest = m % rows > 0 ? m % rows : rows;
  const size_t product = ramk_gemm_workspace_size(context, precision, rows, matrix->n, k);
  // Fewer rows may be cut into larger tasks, and take more.
  const size_t last = ramk_gemm_workspace_size(context, precision, rest, matrix->n, k);
  size_t bytes;
  return gathered > 0 && ramk_add(gathered, product > last ? product : last, &bytes) ? bytes : 0;
}

ramk_status ramk_gathered_product(const ramk_context *context, ramk_precision precision,
                                  const ramk_gathered_rows *rows,
                                  const ramk_gemm_arguments *product, void *workspace,
                                  size_t workspace_bytes) {
  const size_t m = product->m, k = rows->k;
  size_t n;
  RAMK_TRY(ramk_gathered_product_check(context, precision, product->weights, k, &n));
  RAMK_TRY(ramk_check_matrix(product->out, m, n, product->out_stride));
  if (m == 0 || n == 0) return RAMK_OK;
  if (k == 0) return ramk_gemm(context, precision, product, workspace, workspace_bytes);
  const size_t needed =
    ramk_gathered_product_workspace_size(context, precision, m, k, product->weights);
  if (needed == 0) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < needed) return RAMK_WORKSPACE_TOO_SMALL;
  const size_t most = block_rows(m, k);
  const size_t gathered_bytes = ramk_scratch_bytes(1, most * k);
  block b = {.rows = rows, .gathered = ramk_scratch(workspace, most * k, 0)};
  ramk_gemm_arguments part = *product;
  part.a = b.gathered;
  part.a_stride = k;
  for (; b.first < m; b.first += b.count) {
    b.count = ramk_minimum(most, m - b.first);
    ramk_parallel_for(context, ramk_divide_up(b.count, TASK_ROWS), gather_task, &b);
    part.m = b.count;
    part.out = product->out + b.first * product->out_stride;
    RAMK_TRY(ramk_gemm(context, precision, &part, (char *)workspace + gathered_bytes,
                       workspace_bytes - gathered_bytes));
  }
  return RAMK_OK;
}
