// What becomes of a tile's sums, which its tiles left in L1: bias, `add`, activation and rounding in one
// pass. To be included behind `vector.h` and `blocking.h`, inside of their target attribute, where these are
// defined:
//   tile_operands                    what was multiplied, and its sums
//   settled_sums(operands, i, j)     VEC_WIDTH sums of row i from column j on, as floats
//   gelu(vec)                        as exact as products in this precision need it
//   store_rounded(to, n, vec)        the first n <= VEC_WIDTH as bfloat16 numbers

#include "operations/relu.h"

// A vector of columns of each row. What the compiler knows here is not asked again row by row.
VEC_INLINE void finish_columns(const tile_operands *operands, const ramk_gemm_tile *t, size_t j,
                               const size_t width, const ramk_activation activation,
                               const bool rounds) {
  const vec bias = t->bias ? vec_load_first(t->bias + j, width) : vec_set(0);
  for (size_t i = 0; i < t->rows; i++) {
    vec x = settled_sums(operands, i, j) + bias;
    if (t->add) x += vec_load_first(t->add + i * t->add_stride + j, width);
    x = activation == RAMK_ACTIVATION_GELU ? gelu(x) : vec_relu(x, activation);
    if (rounds) store_rounded(t->rounded_out + i * t->rounded_out_stride + j, width, x);
    else vec_store_first(t->out + i * t->out_stride + j, width, x);
  }
}

VEC_INLINE void finish_tile(const tile_operands *operands, const ramk_gemm_tile *tile) {
  const ramk_gemm_tile t = *tile;  // else read anew behind each store, which might have changed it
  const bool is_gelu = t.activation == RAMK_ACTIVATION_GELU;
  for (size_t j = 0; j < t.columns; j += VEC_WIDTH) {
    const size_t width = ramk_minimum(VEC_WIDTH, t.columns - j);
    const bool is_plain = width == VEC_WIDTH && t.activation == RAMK_ACTIVATION_NONE;
    if (is_plain && t.rounded_out)
      finish_columns(operands, &t, j, VEC_WIDTH, RAMK_ACTIVATION_NONE, true);
    else if (is_plain)
      finish_columns(operands, &t, j, VEC_WIDTH, RAMK_ACTIVATION_NONE, false);
    else if (is_gelu && t.rounded_out)
      finish_columns(operands, &t, j, width, RAMK_ACTIVATION_GELU, true);
    else if (is_gelu)
      finish_columns(operands, &t, j, width, RAMK_ACTIVATION_GELU, false);
    else
      finish_columns(operands, &t, j, width, t.activation, t.rounded_out != NULL);
  }
}
