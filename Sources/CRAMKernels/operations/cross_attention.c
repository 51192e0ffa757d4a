// Attention of many queries to few tokens, as a label decoder's layers use it:
//
//   for each image and head: pack its keys and values, once for all queries
//   for each task, a block of queries of an image and head, heads one after the other:
//     scores = queries · keysᵀ; softmax of scale · scores; outputs = probabilities · values, where what
//     makes a row of weights probabilities is multiplied in last
//
// A block's scores stay in L1; keys and values of all heads stay in L2. The heads' parts of a query lie side
// by side, so that a block's queries are read through.

#include "operations/attention.h"
#include "operations/kernels.h"
#include "operations/scratch.h"
#include "threads/threads.h"

typedef struct {
  const ramk_cross_attention_kernel *kernel;
  const ramk_cross_attention_arguments *arguments;
  size_t stride, block, blocks;   // of a row of scores; queries a block; blocks an image and head
  size_t keys, values;            // places in an image and head's packed part
  size_t queries, scores, portions, packed;  // places in a worker's scratch memory
  size_t head_floats, worker_floats;
  float *heads;                   // [batch · heads][head_floats]
  void *workers;
} cross_plan;

static bool lay_out(const ramk_cross_attention_arguments *a, cross_plan *plan) {
  const ramk_gemm_kernel *product = plan->kernel->product;
  if (a->tokens > PTRDIFF_MAX / 64 || a->head_dim > PTRDIFF_MAX / 64) return false;
  plan->block = ramk_attention_block(product, a->tokens);
  plan->blocks = ramk_divide_up(a->queries, plan->block);
  plan->stride = ramk_round_up(a->tokens, 16);
  ramk_scratch_layout head = {0}, worker = {0};
  const size_t dim = ramk_packed_row(product, a->head_dim);
  const size_t tokens = ramk_packed_row(product, a->tokens);
  plan->keys = ramk_scratch_part(&head, ramk_round_up(a->tokens, product->nr), dim);
  plan->values = ramk_scratch_part(&head, ramk_round_up(a->head_dim, product->nr), tokens);
  plan->queries = ramk_scratch_part(&worker, plan->block, dim);
  plan->scores = ramk_scratch_part(&worker, plan->block, plan->stride);
  plan->portions = ramk_scratch_part(&worker, 1, plan->block);
  plan->packed = ramk_scratch_part(&worker, plan->block, tokens);
  plan->head_floats = head.floats;
  plan->worker_floats = worker.floats;
  return !head.overflow && !worker.overflow;
}

static void pack_head(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const cross_plan *plan = user;
  const ramk_cross_attention_arguments *a = plan->arguments;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const size_t image = index / a->heads, column = index % a->heads * a->head_dim;
  float *packed = plan->heads + index * plan->head_floats;
  const float *k = a->k + image * a->tokens * a->k_stride + column;
  const float *v = a->v + image * a->tokens * a->v_stride + column;
  product->pack_panels(a->tokens, a->head_dim, k, a->k_stride, packed + plan->keys);
  product->pack_transposed(a->head_dim, a->tokens, v, a->v_stride, packed + plan->values);
}

static void attend(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const cross_plan *plan = user;
  const ramk_cross_attention_arguments *a = plan->arguments;
  const ramk_gemm_kernel *product = plan->kernel->product;
  const size_t image = index / a->heads / plan->blocks, column = index % a->heads * a->head_dim;
  const size_t which = image * a->heads + index % a->heads;
  const size_t first = index / a->heads % plan->blocks * plan->block;
  const size_t rows = ramk_minimum(plan->block, a->queries - first);
  const float *packed = plan->heads + which * plan->head_floats;
  const ramk_attention_head head = {a->tokens, a->head_dim, packed + plan->keys,
                                    packed + plan->values};
  float *scratch = ramk_scratch(plan->workers, plan->worker_floats, worker);
  float *scores = scratch + plan->scores;

  const float *q = a->q + image * a->q_batch_stride + first * a->q_stride + column;
  const ramk_gemm_rows queries =
    ramk_attention_rows(product, rows, a->head_dim, q, a->q_stride, scratch + plan->queries);
  ramk_begin_tiles(product);
  ramk_attention_scores(product, &head, rows, &queries, 0, NULL, 0, scores, plan->stride);
  ramk_attention_weights(plan->kernel->softmax, plan->kernel->is_narrow, rows, a->tokens, a->scale,
                         scores, plan->stride, scratch + plan->portions);
  float *out = a->out + (image * a->queries + first) * a->out_stride + column;
  ramk_attention_outputs(product, &head, rows, scores, plan->stride, scratch + plan->packed, out,
                         a->out_stride);
  ramk_end_tiles(product);
  plan->kernel->softmax->multiply_rows(rows, a->head_dim, scratch + plan->portions, out,
                                       a->out_stride);
}

size_t ramk_cross_attention_workspace_size(const ramk_context *context, ramk_precision precision,
                                           const ramk_cross_attention_arguments *arguments) {
  cross_plan plan = {.kernel = RAMK_KERNEL_OF(context, precision, cross_attention)};
  size_t heads, packed, workers, bytes;
  if (!plan.kernel || !arguments || !lay_out(arguments, &plan)) return 0;
  if (!ramk_multiply(arguments->batch, arguments->heads, &heads) ||
      !ramk_multiply(heads, plan.head_floats, &packed) || packed > PTRDIFF_MAX / 64)
    return 0;
  workers = ramk_scratch_bytes(context->threads, plan.worker_floats);
  return workers > 0 && ramk_add(packed * sizeof(float), workers, &bytes) && bytes <= PTRDIFF_MAX
           ? bytes : 0;
}

static ramk_status check(const ramk_cross_attention_arguments *a) {
  size_t channels, tokens, queries, first;
  if (!ramk_multiply(a->heads, a->head_dim, &channels) ||
      !ramk_multiply(a->batch, a->tokens, &tokens) ||
      !ramk_multiply(a->batch, a->queries, &queries))
    return RAMK_SIZE_OVERFLOW;
  RAMK_TRY(ramk_check_matrix(a->out, queries, channels, a->out_stride));
  RAMK_TRY(ramk_check_matrix(a->k, tokens, channels, a->k_stride));
  RAMK_TRY(ramk_check_matrix(a->v, tokens, channels, a->v_stride));
  RAMK_TRY(ramk_check_matrix(a->q, a->batch == 0 ? 0 : a->queries, channels, a->q_stride));
  if (!ramk_multiply(a->batch, a->q_batch_stride, &first) || first > PTRDIFF_MAX / 8)
    return RAMK_SIZE_OVERFLOW;
  return RAMK_OK;
}

ramk_status ramk_cross_attention(const ramk_context *context, ramk_precision precision,
                                 const ramk_cross_attention_arguments *arguments, void *workspace,
                                 size_t workspace_bytes) {
  cross_plan plan = {.kernel = RAMK_KERNEL_OF(context, precision, cross_attention),
                     .arguments = arguments};
  if (!plan.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  if (!arguments) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(check(arguments));
  const ramk_cross_attention_arguments *a = arguments;
  if (a->batch == 0 || a->queries == 0 || a->heads == 0 || a->head_dim == 0) return RAMK_OK;
  const size_t needed = ramk_cross_attention_workspace_size(context, precision, arguments);
  if (needed == 0) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < needed) return RAMK_WORKSPACE_TOO_SMALL;
  lay_out(arguments, &plan);
  plan.heads = (float *)ramk_round_to_line((uintptr_t)workspace);
  plan.workers = plan.heads + a->batch * a->heads * plan.head_floats;

  size_t tasks;
  if (!ramk_multiply(a->batch * a->heads, plan.blocks, &tasks)) return RAMK_SIZE_OVERFLOW;
  ramk_parallel_for(context, a->batch * a->heads, pack_head, &plan);
  ramk_parallel_for(context, tasks, attend, &plan);
  return RAMK_OK;
}
