// The matrix product's tile over an implementation's vectors: MR rows x 2 vectors of columns, whose
// sums stay in registers.
//
//   for each unit of k: load 2 vectors of the panel; for each row: spread a, 2 multiply-adds
//   add bias and `add`, store
//
// To be included behind `vector.h` and `blocking.h`, inside of their target attribute, where these
// are defined:
//   UNIT             steps of k that are packed together
//   UNROLL           units that a turn of the loop works on
//   strip_element    UNIT steps of one row, packed
//   panel_element    UNIT steps of one column, packed
//   lanes            VEC_WIDTH columns' UNIT steps, ready to be multiplied
//   load_lanes(p), spread(p), multiply_add(lanes, lanes, vec)

#define RAMK_UNROLL_(count) _Pragma(#count)
#define RAMK_UNROLL(count) RAMK_UNROLL_(clang loop unroll_count(count))

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
      const float *add = t->add + i * t->add_stride + j;
      if (t->add) x += whole ? vec_load(add) : vec_load_first(add, width);
      float *out = t->out + i * t->out_stride + j;
      if (whole) vec_store(out, x);
      else vec_store_first(out, width, x);
    }
  }
}

// With `rows` known to the compiler, the sums are registers.
VEC_INLINE void multiply(const size_t rows, size_t units, const strip_element *restrict a,
                         const panel_element *restrict b, const ramk_gemm_tile *t) {
  vec sum[MR][2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
    sum[i][0] = sum[i][1] = vec_set(0);
    __builtin_prefetch(t->out + i * t->out_stride, 1);
  }
RAMK_UNROLL(UNROLL)
  for (size_t p = 0; p < units; p++, a += MR, b += NR) {
    const lanes left = load_lanes(b), right = load_lanes(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      const lanes x = spread(a + i);
      sum[i][0] = multiply_add(x, left, sum[i][0]);
      sum[i][1] = multiply_add(x, right, sum[i][1]);
    }
  }
  finish_tile(rows, sum, t);
}

#define RAMK_TILE_ROWS(n) \
  case n:                 \
    if (n <= MR) multiply(n, k / UNIT, a, b, t); \
    break

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  _Static_assert(MR <= 14 && NR == 2 * VEC_WIDTH, "a case for each number of rows below");
  switch (t->rows) {
    RAMK_TILE_ROWS(1);
    RAMK_TILE_ROWS(2);
    RAMK_TILE_ROWS(3);
    RAMK_TILE_ROWS(4);
    RAMK_TILE_ROWS(5);
    RAMK_TILE_ROWS(6);
    RAMK_TILE_ROWS(7);
    RAMK_TILE_ROWS(8);
    RAMK_TILE_ROWS(9);
    RAMK_TILE_ROWS(10);
    RAMK_TILE_ROWS(11);
    RAMK_TILE_ROWS(12);
    RAMK_TILE_ROWS(13);
    RAMK_TILE_ROWS(14);
  }
}
