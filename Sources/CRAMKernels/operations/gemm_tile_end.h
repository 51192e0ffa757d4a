// Start and end of a tile whose sums are in registers: to be included behind `vector.h` and
// `blocking.h`, inside of their target attribute.

#include "operations/relu.h"

#define RAMK_UNROLL_(count) _Pragma(#count)
#define RAMK_UNROLL(count) RAMK_UNROLL_(clang loop unroll_count(count))

/// Sets `rows` x 2 vectors of sums to zero, and asks for the lines that they go to.
VEC_INLINE void start_tile(const size_t rows, vec sum[MR][2], const ramk_gemm_tile *t) {
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
    sum[i][0] = sum[i][1] = vec_set(0);
    __builtin_prefetch(t->out + i * t->out_stride, 1);
  }
}

/// Adds bias and `add` to `rows` x 2 vectors of sums, activates and stores them. NaN stays NaN.
VEC_INLINE void finish_tile(const size_t rows, vec sum[MR][2], const ramk_gemm_tile *t) {
#pragma clang loop unroll(full)
  for (size_t half = 0; half < 2; half++) {
    const size_t j = half * VEC_WIDTH;
    if (t->columns <= j) break;
    const size_t width = ramk_minimum(VEC_WIDTH, t->columns - j);
    const bool whole = width == VEC_WIDTH;
    const vec bias = t->bias ? vec_load_first(t->bias + j, width) : vec_set(0);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      vec x = sum[i][half];
      if (t->bias) x += bias;
      if (t->add) {
        const float *add = t->add + i * t->add_stride + j;
        x += whole ? vec_load(add) : vec_load_first(add, width);
      }
      x = vec_relu(x, t->activation);
      float *out = t->out + i * t->out_stride + j;
      if (whole) vec_store(out, x);
      else vec_store_first(out, width, x);
    }
  }
}
