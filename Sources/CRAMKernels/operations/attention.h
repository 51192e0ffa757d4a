// What both attentions share: one head's scores, probabilities and outputs for a block of queries.

#ifndef RAMK_ATTENTION_H
#define RAMK_ATTENTION_H

#include "CRAMKernels.h"
#include "operations/checks.h"
#include "operations/gemm.h"
#include "operations/row_kernels.h"
#include "operations/scratch.h"

/// A strip of a window's queries, or fewer, and what they attend to.
typedef struct {
  size_t rows, tokens, dim;
  const void *queries;            // a strip [dim]
  const void *keys, *values;      // as in ramk_attention_head
  const float *bias;              // [rows, tokens], its rows padded to whole vectors
  size_t bias_stride;
  float scale;                    // of scores, before the bias
  float *scores;                  // scratch [mr, stride], with a stride of whole panels
  size_t stride;
  void *weights;                  // scratch: a strip [tokens]
  const size_t *order;            // row i of the outputs goes to out + order[i] * out_stride
  float *out;
  size_t out_stride;
} ramk_window_block;

/// An attention's kernel: those that its products and its softmax are made of.
typedef struct {
  const ramk_gemm_kernel *product;
  const ramk_softmax_kernel *softmax;
  bool is_narrow;                 // the product rounds to eight bits
  /// Row i of `to` [rows, columns] is row order[i] of `from`, times `scale`; the same of bfloat16
  /// numbers; and the other way round, each row times a scale of its own.
  void (*gather)(size_t rows, size_t columns, const size_t *order, const float *from, size_t stride,
                 float scale, float *to);
  void (*gather_rounded)(size_t rows, size_t columns, const size_t *order, const uint16_t *from,
                         size_t stride, float scale, float *to);
  void (*scatter)(size_t rows, size_t columns, const size_t *order, const float *from,
                  const float *scales, float *to, size_t stride);
  /// bias[i][j], for tokens i and j of `window` rows of `width` tokens: the entry of `table`
  /// [2 window - 1, 2 window - 1] for the rows from j to i, and for the columns from i to j, times `factor`.
  void (*expand_bias)(size_t window, size_t width, const float *table, float factor, float *bias,
                      size_t stride);
  /// Packs a head's queries, keys and values, rows order[0 ..< rows] of `q`, `k` and `v` in bfloat16, as
  /// the product reads them; NULL where they go through floats.
  void (*pack_rounded)(size_t rows, size_t columns, const size_t *order, const uint16_t *q,
                       const uint16_t *k, const uint16_t *v, size_t stride, void *queries,
                       void *keys, void *values);
  /// All of a block, between `begin` and `end` of the product; NULL where products and softmax do it apart.
  void (*attend)(const ramk_window_block *block);
} ramk_window_attention_kernel;

typedef struct {
  const ramk_gemm_kernel *product;
  const ramk_softmax_kernel *softmax;
  bool is_narrow;
} ramk_cross_attention_kernel;

/// One head's keys and values, as products read them.
typedef struct {
  size_t tokens, dim;
  const void *keys;               // panels [tokens / nr][dim][nr]
  const void *values;             // panels [dim / nr][tokens][nr]
} ramk_attention_head;

/// Queries of a block: as many as leave a block of scores 16 kB, half of the smallest L1; at least
/// a strip.
static inline size_t ramk_attention_block(const ramk_gemm_kernel *product, size_t tokens) {
  enum { SCORES = 1 << 12 };
  const size_t rows = SCORES / (tokens < SCORES ? tokens + (tokens == 0) : SCORES);
  return rows < product->mr ? product->mr : rows / product->mr * product->mr;
}

/// Rows [rows, k] of a block as its products read them: where they lie, or packed into whole strips of
/// `packed`. A block's rows are few and near each other: what unpacked rows of large products lose at
/// some strides, these don't.
static inline ramk_gemm_rows ramk_attention_rows(const ramk_gemm_kernel *product, size_t rows,
                                                 size_t k, const float *x, size_t stride,
                                                 void *packed) {
  if (product->tile_unpacked) return (ramk_gemm_rows){.x = x, .stride = stride};
  product->pack_strips(rows, k, x, stride, packed);
  return (ramk_gemm_rows){.is_packed = true, .packed = packed};
}

/// scores [rows, tokens] = queries · keysᵀ + bias; `bias` may be NULL. The queries are those from row
/// `first` on, whole strips. Between `ramk_begin_tiles` and `ramk_end_tiles`, as what follows.
static inline void ramk_attention_scores(const ramk_gemm_kernel *product,
                                         const ramk_attention_head *head, size_t rows,
                                         const ramk_gemm_rows *queries, size_t first,
                                         const float *bias, size_t bias_stride, float *scores,
                                         size_t stride) {
  for (size_t j = 0; j < head->tokens; j += product->nr)
    for (size_t i = 0; i < rows; i += product->mr) {
      const ramk_gemm_tile tile = {
        .rows = ramk_minimum(product->mr, rows - i),
        .columns = ramk_minimum(product->nr, head->tokens - j),
        .add = bias ? bias + i * bias_stride + j : NULL,
        .add_stride = bias_stride,
        .out = scores + i * stride + j,
        .out_stride = stride,
      };
      ramk_run_tile(product, queries, first + i, head->dim,
                    ramk_panel(product, head->keys, j, head->dim, 0), &tile);
    }
}

/// Turns scores [rows, tokens] into weights that become probabilities by a factor a row, `portions`.
static inline void ramk_attention_weights(const ramk_softmax_kernel *softmax, bool is_narrow,
                                          size_t rows, size_t tokens, float scale, float *scores,
                                          size_t stride, float *portions) {
  if (tokens == 0) {              // nothing weighs anything: outputs are 0
    for (size_t i = 0; i < rows; i++) portions[i] = 0;
    return;
  }
  (is_narrow ? softmax->weigh_narrow : softmax->weigh)(rows, tokens, scale, scores, stride, portions);
}

/// out [rows, dim] = weights · values, to be multiplied by `portions`; `packed` is scratch for whole strips
/// of [rows, tokens].
static inline void ramk_attention_outputs(const ramk_gemm_kernel *product,
                                          const ramk_attention_head *head, size_t rows,
                                          const float *weights, size_t stride, void *packed,
                                          float *out, size_t out_stride) {
  const ramk_gemm_rows from =
    ramk_attention_rows(product, rows, head->tokens, weights, stride, packed);
  for (size_t j = 0; j < head->dim; j += product->nr)
    for (size_t i = 0; i < rows; i += product->mr) {
      const ramk_gemm_tile tile = {
        .rows = ramk_minimum(product->mr, rows - i),
        .columns = ramk_minimum(product->nr, head->dim - j),
        .out = out + i * out_stride + j,
        .out_stride = out_stride,
      };
      ramk_run_tile(product, &from, i, head->tokens,
                    ramk_panel(product, head->values, j, head->tokens, 0), &tile);
    }
}

/// Floats of a row of `k` packed steps, of a strip or of a panel, at most: no element of a panel is larger
/// than a float.
static inline size_t ramk_packed_row(const ramk_gemm_kernel *product, size_t k) {
  const size_t strip =
    ramk_divide_up(ramk_strip_bytes(product, k), product->mr * sizeof(float));
  const size_t panel = ramk_round_up(k, product->unit);
  return strip > panel ? strip : panel;
}

#endif
