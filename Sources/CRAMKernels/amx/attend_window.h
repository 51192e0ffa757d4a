// Window attention of a strip of queries on tiles: scores go from tiles to rows in L1, are weighed there with
// their bias, and are bfloat16 numbers of the next product's strip at once. To be included behind
// `tiles.h`, `blocking.h`, `vector_math.h` and store_rounded, inside of their target attribute.

#include "amx/multiply_bfloat16.h"

enum { KEYS_A_LINE = RAMK_TILE_ROW_BYTES / sizeof(uint16_t) };

static const ramk_tile_fetch fetch_nothing = {0};

// scores = scale · scores + bias, and minus infinity for what is no key. Returns the greatest.
VEC_INLINE float add_bias(const ramk_window_block *b, size_t row) {
  float *scores = b->scores + row * b->stride;
  const float *bias = b->bias + row * b->bias_stride;
  const vec scale = vec_set(b->scale);
  vec greatest = vec_set(-INFINITY);
  size_t j = 0;
  for (; j + VEC_WIDTH <= b->tokens; j += VEC_WIDTH) {
    const vec x = vec_fma(vec_load(scores + j), scale, vec_load(bias + j));
    vec_store(scores + j, x);
    greatest = vec_max(x, greatest);
  }
  float last = vec_greatest(greatest);
  for (; j < b->tokens; j++) {
    scores[j] = scores[j] * b->scale + bias[j];
    if (scores[j] > last) last = scores[j];
  }
  for (; j < ramk_round_up(b->tokens, KEYS_A_LINE); j++) scores[j] = -INFINITY;
  return last;
}

// Weighs a row into the strip of weights. Returns their sum.
VEC_INLINE float weigh(const ramk_window_block *b, size_t row, float greatest_of_row) {
  const float *scores = b->scores + row * b->stride;
  uint16_t *line = (uint16_t *)b->weights + row * KEYS_A_LINE;
  const vec greatest = vec_set(greatest_of_row);
  vec sum = vec_set(0);
  for (size_t j = 0; j < b->tokens; j += KEYS_A_LINE, line += MR * KEYS_A_LINE)
#pragma clang loop unroll(full)
    for (size_t i = 0; i < KEYS_A_LINE; i += VEC_WIDTH) {
      const vec e = vec_exp_narrow(vec_load(scores + j + i) - greatest);
      store_rounded(line + i, VEC_WIDTH, e);
      sum += e;
    }
  return vec_sum(sum);
}

// Row by row: all at once would take every place that a core has for lines on their way.
VEC_INLINE void fetch_output(const ramk_window_block *b, size_t row) {
  for (size_t j = 0; j < b->dim; j += RAMK_TILE_ROW_BYTES / sizeof(float))
    __builtin_prefetch(b->out + b->order[row] * b->out_stride + j, 1);
}

static void attend(const ramk_window_block *block) {
  const ramk_window_block b = *block;  // else read anew behind each store, which might have changed it
  const size_t dim = ramk_round_up(b.dim, KEYS_A_LINE), tokens = ramk_round_up(b.tokens, KEYS_A_LINE);
  for (size_t j = 0; j < tokens; j += NR)
    multiply(dim, b.queries, (const char *)b.keys + j * dim * sizeof(uint16_t), fetch_nothing,
             b.scores + j, b.stride);
  float portions[MR], outputs[MR][NR] __attribute__((aligned(64)));
  for (size_t i = 0; i < b.rows; i++) {
    fetch_output(&b, i);
    portions[i] = add_bias(&b, i);
  }
  for (size_t i = 0; i < b.rows; i++) portions[i] = 1 / weigh(&b, i, portions[i]);
  for (size_t j = 0; j < b.dim; j += NR) {
    multiply(tokens, b.weights, (const char *)b.values + j * tokens * sizeof(uint16_t),
             fetch_nothing, outputs[0], NR);
    for (size_t i = 0; i < b.rows; i++)
      for (size_t c = j; c < b.dim && c < j + NR; c += VEC_WIDTH)
        vec_store_first(b.out + b.order[i] * b.out_stride + c, ramk_minimum(VEC_WIDTH, b.dim - c),
                        vec_load(outputs[i] + c - j) * vec_set(portions[i]));
  }
}
