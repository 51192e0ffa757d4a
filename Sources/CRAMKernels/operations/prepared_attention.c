// Attention of many rows to few tokens that were prepared as weights are, so that it is two products with a
// softmax between them, of which nothing is left:
//
//   for each task, a block of rows:
//     scores = x · keysᵀ + bias, part by part                    (stay in L2)
//     softmax of scale · scores, head by head
//     out = weights · valuesᵀ + bias + residual; LayerNorm
//
// What the projections before and after an attention do to every row can so be done to the tokens instead,
// which are fewer: x Wq · (y Wk)ᵀ = x · (y Wk Wqᵀ)ᵀ, and a · (y Wv) Wo = a · (y Wv Wo).

#include "operations/checks.h"
#include "operations/gemm_block.h"
#include "operations/kernels.h"
#include "operations/row_blocks.h"
#include "operations/scratch.h"
#include "threads/threads.h"

enum { FEWEST_STRIPS = 4 };       // of a block, which reads all keys and values

typedef struct {
  const ramk_prepared_attention_arguments *arguments;
  ramk_gemm_layer values;
  const ramk_softmax_kernel *softmax;
  const ramk_layer_norm_kernel *norm;
  size_t k, columns;              // of a part of the keys: steps, and rows
  ramk_row_blocks blocks;
  size_t x, scores, packed;       // places in a worker's scratch memory
  size_t worker_floats;
  void *workspace;
} attention_plan;

static ramk_gemm_layer keys_of(const attention_plan *plan, size_t part) {
  const ramk_prepared_attention_arguments *a = plan->arguments;
  return (ramk_gemm_layer){plan->values.kernel, a->keys[part],
                           ramk_behind(a->key_bias, part * plan->columns), RAMK_ACTIVATION_NONE};
}

static void score(const attention_plan *plan, size_t first, size_t rows, float *scratch) {
  const ramk_prepared_attention_arguments *a = plan->arguments;
  const ramk_gemm_kernel *kernel = plan->values.kernel;
  const size_t weights = a->heads * a->tokens;
  for (size_t part = 0; part < a->parts; part++) {
    const ramk_gemm_layer keys = keys_of(plan, part);
    const ramk_gemm_layer next = part + 1 < a->parts ? keys_of(plan, part + 1) : plan->values;
    const ramk_gemm_block block = {
      .rows = rows,
      .columns = plan->columns,
      .out = scratch + plan->scores + part * plan->columns,
      .out_stride = weights,
      .after = ramk_layer_panel(&next, 0, 0),
    };
    const float *x = ramk_behind(a->x, first * a->x_stride + part * plan->k);
    ramk_gemm_run(&keys, &block, 0, plan->k,
                  ramk_take_rows(kernel, rows, plan->k, x, a->x_stride, scratch + plan->x));
  }
}

static void attend(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const attention_plan *plan = user;
  const ramk_prepared_attention_arguments *a = plan->arguments;
  const size_t weights = a->heads * a->tokens, n = plan->values.weights->n;
  const size_t i = ramk_block_start(&plan->blocks, index);
  const size_t rows = ramk_block_start(&plan->blocks, index + 1) - i;
  float *scratch = ramk_scratch(plan->workspace, plan->worker_floats, worker);
  float *scores = scratch + plan->scores;
  score(plan, i, rows, scratch);
  // The heads of a row lie behind each other, as rows do.
  (a->has_mean_token ? plan->softmax->rows_with_mean : plan->softmax->rows)(
    rows * a->heads, a->tokens, a->scale, scores, a->tokens, scores, a->tokens);
  const ramk_gemm_layer keys = keys_of(plan, 0);  // which the next block starts with
  const ramk_gemm_block output = {
    .rows = rows,
    .columns = n,
    .residual = ramk_behind(a->residual, i * a->residual_stride),
    .residual_stride = a->residual_stride,
    .out = a->out + i * a->out_stride,
    .out_stride = a->out_stride,
    .after = ramk_layer_panel(&keys, 0, 0),
  };
  ramk_gemm_run(&plan->values, &output, 0, weights,
                ramk_take_rows(plan->values.kernel, rows, weights, scores, weights,
                               scratch + plan->packed));
  if (a->gain)
    plan->norm->rows(rows, n, output.out, output.out_stride, a->gain, a->norm_bias, a->epsilon,
                     output.out, output.out_stride);
}

static void choose_blocks(attention_plan *plan, unsigned threads) {
  const ramk_gemm_kernel *kernel = plan->values.kernel;
  plan->blocks = ramk_cut_rows(plan->arguments->m, kernel->mr, kernel->mc / kernel->mr,
                               FEWEST_STRIPS, threads);
}

static bool lay_out(attention_plan *plan) {
  const ramk_gemm_kernel *kernel = plan->values.kernel;
  const size_t rows = ramk_largest_block(&plan->blocks);
  const size_t weights = plan->arguments->heads * plan->arguments->tokens;
  if (plan->k > PTRDIFF_MAX / 64 / rows || weights > PTRDIFF_MAX / 64 / rows) return false;
  ramk_scratch_layout layout = {0};
  plan->x = ramk_scratch_part(&layout, 1, ramk_packed_rows_floats(kernel, rows, plan->k));
  plan->scores = ramk_scratch_part(&layout, rows, weights);
  plan->packed = ramk_scratch_part(&layout, 1, ramk_packed_rows_floats(kernel, rows, weights));
  plan->worker_floats = layout.floats;
  return !layout.overflow;
}

static ramk_status check_keys(const ramk_context *context, ramk_precision precision,
                              attention_plan *plan) {
  const ramk_prepared_attention_arguments *a = plan->arguments;
  for (size_t part = 0; part < a->parts; part++) {
    const ramk_prepared_matrix *keys;
    RAMK_TRY(ramk_prepared_matrix_check(context, precision, a->keys[part], &keys));
    if (keys->n != plan->columns || (part > 0 && keys->k != plan->k)) return RAMK_INVALID_ARGUMENT;
    plan->k = keys->k;
  }
  return RAMK_OK;
}

static ramk_status plan_for(const ramk_context *context, ramk_precision precision,
                            const ramk_prepared_attention_arguments *a, attention_plan *plan) {
  const ramk_prepared_matrix *values;
  size_t weights;
  if (!a || !a->keys || !a->gain != !a->norm_bias || a->parts == 0 || a->tokens == 0 ||
      a->heads == 0 || a->heads % a->parts != 0)
    return RAMK_INVALID_ARGUMENT;
  if (!ramk_multiply(a->heads, a->tokens, &weights)) return RAMK_SIZE_OVERFLOW;
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, a->values, &values));
  if (values->k != weights) return RAMK_INVALID_ARGUMENT;
  *plan = (attention_plan){
    .arguments = a,
    .values = {RAMK_KERNEL_OF(context, precision, gemm), values, a->bias, RAMK_ACTIVATION_NONE},
    .softmax = RAMK_KERNEL_OF(context, RAMK_FLOAT32, softmax),
    .norm = RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm),
    .columns = weights / a->parts,
  };
  RAMK_TRY(check_keys(context, precision, plan));
  return plan->softmax && plan->norm ? RAMK_OK : RAMK_IMPLEMENTATION_UNAVAILABLE;
}

static ramk_status check(const attention_plan *plan) {
  const ramk_prepared_attention_arguments *a = plan->arguments;
  const size_t n = plan->values.weights->n;
  size_t k;
  if (!ramk_multiply(a->parts, plan->k, &k)) return RAMK_SIZE_OVERFLOW;
  RAMK_TRY(ramk_check_matrix(a->x, a->m, k, a->x_stride));
  RAMK_TRY(ramk_check_matrix(a->out, a->m, n, a->out_stride));
  if (a->x == a->out && a->m > 1 && a->x_stride != a->out_stride) return RAMK_INVALID_ARGUMENT;
  if (!a->residual) return RAMK_OK;
  if (a->residual == a->out && a->m > 1 && a->residual_stride != a->out_stride)
    return RAMK_INVALID_ARGUMENT;
  return ramk_check_matrix(a->residual, a->m, n, a->residual_stride);
}

size_t ramk_prepared_attention_workspace_size(const ramk_context *context, ramk_precision precision,
                                              const ramk_prepared_attention_arguments *arguments) {
  attention_plan plan;
  if (plan_for(context, precision, arguments, &plan) != RAMK_OK) return 0;
  if (arguments->m == 0 || plan.values.weights->n == 0) return 0;
  choose_blocks(&plan, context->threads);
  return lay_out(&plan) ? ramk_scratch_bytes(context->threads, plan.worker_floats) : 0;
}

ramk_status ramk_prepared_attention(const ramk_context *context, ramk_precision precision,
                                    const ramk_prepared_attention_arguments *arguments,
                                    void *workspace, size_t workspace_bytes) {
  attention_plan plan;
  RAMK_TRY(plan_for(context, precision, arguments, &plan));
  RAMK_TRY(check(&plan));
  if (arguments->m == 0 || plan.values.weights->n == 0) return RAMK_OK;
  const size_t needed = ramk_prepared_attention_workspace_size(context, precision, arguments);
  if (needed == 0) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < needed) return RAMK_WORKSPACE_TOO_SMALL;
  plan.workspace = workspace;
  choose_blocks(&plan, context->threads);
  lay_out(&plan);
  ramk_parallel_for(context, plan.blocks.count, attend, &plan);
  return RAMK_OK;
}
