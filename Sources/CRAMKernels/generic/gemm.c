// The matrix product's tile in portable C: vectors of four floats that any 64-bit CPU has.
// A tile keeps 8 of 16 vector registers as sums (x86), or 16 of 32 (arm).

#include "generic/activation.h"
#include "generic/vector.h"
#include "operations/checks.h"
#include "operations/gemm.h"

#if defined(__aarch64__)
enum { MR = 8, NR = 8 };
#else
enum { MR = 4, NR = 8 };
#endif

// A chunk of a panel is 8 kB, half of the smallest L1; packed rows are 96 kB.
enum { MC = 96, KC = 256, NC = 512 };

static void pack(size_t rows, size_t k, const float *a, size_t a_stride, float *packed) {
  for (size_t r = 0; r < rows; r += MR, packed += MR * k) {
    const size_t height = ramk_minimum(MR, rows - r);
    for (size_t i = 0; i < MR; i++)
      for (size_t p = 0; p < k; p++)
        packed[p * MR + i] = i < height ? a[(r + i) * a_stride + p] : 0;
  }
}

static void tile(size_t k, const float *restrict a, const float *restrict b,
                 const ramk_gemm_tile *t) {
  vec sum[MR][2] = {0};
  for (size_t p = 0; p < k; p++, a += MR, b += NR) {
    const vec left = vec_load(b), right = vec_load(b + VEC_WIDTH);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < MR; i++) {
      const vec x = vec_set(a[i]);
      sum[i][0] = vec_fma(x, left, sum[i][0]);
      sum[i][1] = vec_fma(x, right, sum[i][1]);
    }
  }
  for (size_t i = 0; i < t->rows; i++) {
    float row[NR];
    memcpy(row, sum[i], sizeof row);
    for (size_t j = 0; j < t->columns; j++) {
      if (t->bias) row[j] += t->bias[j];
      if (t->add) row[j] += t->add[i * t->add_stride + j];
      t->out[i * t->out_stride + j] = row[j];
    }
  }
}

const ramk_gemm_kernel ramk_gemm_float32_generic = {
  .mr = MR, .nr = NR, .mc = MC, .kc = KC, .nc = NC,
  .pack = pack, .tile = tile, .activate = ramk_activate_float32_generic,
};
