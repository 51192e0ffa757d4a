// The matrix product's tile for AVX-512: 14 rows x 32 columns of sums in registers.
//
//   for each step of k: load 2 vectors of the panel; for each row: broadcast a, 2 FMA
//   add bias and `add`, store
//
// | instruction           | Zen 4               | Zen 5               | Intel since Skylake-X |
// | vfmadd231ps zmm       | 4 cycles, 1 a cycle | 4 cycles, 2 a cycle | 4 cycles, 2 a cycle   |
// | vbroadcastss zmm, m32 | 2 a cycle           | 2 a cycle           | 2 a cycle             |
// | vmovups zmm, m512     | 1 a cycle           | 2 a cycle           | 2 a cycle             |
// A step is bound by its 28 FMA.

#if defined(__x86_64__)

#include "avx512/activation.h"
#include "avx512/blocking.h"
#include "avx512/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

RAMK_AVX512_BEGIN

#include "avx2/pack.h"

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, float *packed) {
  pack(MR, rows, k, x, x_stride, packed);
}

static void pack_panels(size_t rows, size_t k, const float *x, size_t x_stride, float *packed) {
  pack(NR, rows, k, x, x_stride, packed);
}

// With `rows` known to the compiler, the sums are registers.
VEC_INLINE void multiply(const size_t rows, size_t k, const float *restrict a,
                         const float *restrict b, const ramk_gemm_tile *t) {
  vec sum[MR][2];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < rows; i++) {
    sum[i][0] = sum[i][1] = vec_set(0);
    __builtin_prefetch(t->out + i * t->out_stride, 1);
  }
#pragma clang loop unroll_count(2)
  for (size_t p = 0; p < k; p++, a += MR, b += NR) {
    const vec left = vec_load(b), right = vec_load(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
      const vec x = vec_set(a[i]);
      sum[i][0] = vec_fma(x, left, sum[i][0]);
      sum[i][1] = vec_fma(x, right, sum[i][1]);
    }
  }
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

static void tile(size_t k, const float *a, const float *b, const ramk_gemm_tile *t) {
  switch (t->rows) {
    case 1: multiply(1, k, a, b, t); break;
    case 2: multiply(2, k, a, b, t); break;
    case 3: multiply(3, k, a, b, t); break;
    case 4: multiply(4, k, a, b, t); break;
    case 5: multiply(5, k, a, b, t); break;
    case 6: multiply(6, k, a, b, t); break;
    case 7: multiply(7, k, a, b, t); break;
    case 8: multiply(8, k, a, b, t); break;
    case 9: multiply(9, k, a, b, t); break;
    case 10: multiply(10, k, a, b, t); break;
    case 11: multiply(11, k, a, b, t); break;
    case 12: multiply(12, k, a, b, t); break;
    case 13: multiply(13, k, a, b, t); break;
    default: multiply(14, k, a, b, t); break;
  }
}

RAMK_AVX512_END

const ramk_gemm_kernel ramk_gemm_float32_avx512 = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .pack_strips = pack_strips, .pack_panels = pack_panels, .tile = tile,
  .activate = ramk_activate_float32_avx512,
};

#endif
