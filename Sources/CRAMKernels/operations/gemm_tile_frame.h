// Start and end of a tile whose sums are in registers: to be included behind `vector.h` and
// `blocking.h`, inside of their target attribute.

#include "operations/gemm_tile_fetch.h"
#include "operations/relu.h"

#define RAMK_UNROLL_(count) _Pragma(#count)
#define RAMK_UNROLL(count) RAMK_UNROLL_(clang loop unroll_count(count))

/// Sets `rows` x 2 vectors of sums to zero.
VEC_INLINE void start_tile(const size_t rows, vec sum[MR][2]) {
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) sum[i][0] = sum[i][1] = vec_set(0);
}

// A vector of columns of each row. What the compiler knows here is not asked again row by row.
VEC_INLINE void finish_half(const size_t rows, vec sum[MR][2], const size_t half,
                            const ramk_gemm_tile *t, const bool is_whole, const bool adds,
                            const bool activates) {
  const size_t j = half * VEC_WIDTH, width = ramk_minimum(VEC_WIDTH, t->columns - j);
  const vec bias = t->bias ? vec_load_first(t->bias + j, width) : vec_set(0);
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
    vec x = sum[i][half] + bias;
    if (adds) {
      const float *add = t->add + i * t->add_stride + j;
      x += is_whole ? vec_load(add) : vec_load_first(add, width);
    }
    if (activates) x = vec_relu(x, t->activation);
    float *out = t->out + i * t->out_stride + j;
    if (is_whole) vec_store(out, x);
    else vec_store_first(out, width, x);
  }
}

/// Adds bias and `add` to `rows` x 2 vectors of sums, activates and stores them. NaN stays NaN.
VEC_INLINE void finish_tile(const size_t rows, vec sum[MR][2], const ramk_gemm_tile *tile) {
  const ramk_gemm_tile t = *tile;  // else read anew behind each store, which might have changed it
  const bool activates =
    t.activation == RAMK_ACTIVATION_RELU || t.activation == RAMK_ACTIVATION_RELU6;
#pragma clang loop unroll(full)
  for (size_t half = 0; half < 2; half++) {
    if (t.columns <= half * VEC_WIDTH) break;
    const bool is_whole = t.columns >= (half + 1) * VEC_WIDTH;
    if (is_whole && !activates && t.add) finish_half(rows, sum, half, &t, true, true, false);
    else if (is_whole && !activates) finish_half(rows, sum, half, &t, true, false, false);
    else if (t.add) finish_half(rows, sum, half, &t, is_whole, true, activates);
    else finish_half(rows, sum, half, &t, is_whole, false, activates);
  }
}
