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

// Reads along rows and writes along columns, a block of k at a time, so that both stay in L1.
VEC_INLINE void pack(const size_t width, size_t rows, size_t k, const float *x, size_t x_stride,
                     float *packed) {
  enum { BLOCK = 16 };
  for (size_t r = 0; r < rows; r += width, packed += width * k) {
    const size_t height = ramk_minimum(width, rows - r);
    for (size_t first = 0; first < k; first += BLOCK) {
      const size_t last = ramk_minimum(first + BLOCK, k);
      for (size_t i = 0; i < width; i++)
        for (size_t p = first; p < last; p++)
          packed[p * width + i] = i < height ? x[(r + i) * x_stride + p] : 0;
    }
  }
}

static void pack_strips(size_t rows, size_t k, const float *x, size_t x_stride, float *packed) {
  pack(MR, rows, k, x, x_stride, packed);
}

static void pack_panels(size_t rows, size_t k, const float *x, size_t x_stride, float *packed) {
  pack(NR, rows, k, x, x_stride, packed);
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
  .pack_strips = pack_strips, .pack_panels = pack_panels, .tile = tile,
  .activate = ramk_activate_float32_generic,
};
