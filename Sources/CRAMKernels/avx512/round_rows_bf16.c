#if defined(__x86_64__)

#include "avx512/vector.h"
#include "operations/round_rows.h"

RAMK_AVX512_BF16_BEGIN

#include "avx512/pair.h"

VEC_INLINE __mmask32 first_halves(size_t n) {
  return n < 32 ? (__mmask32)((1u << n) - 1) : ~(__mmask32)0;
}

void ramk_round_rows_avx512_bf16(size_t rows, size_t columns, const float *x, size_t x_stride,
                                 uint16_t *out, size_t out_stride) {
  for (size_t i = 0; i < rows; i++, x += x_stride, out += out_stride) {
    size_t j = 0;
    for (; j + 2 * VEC_WIDTH <= columns; j += 2 * VEC_WIDTH)
      _mm512_storeu_si512(out + j, narrow(vec_load(x + j), vec_load(x + j + VEC_WIDTH)));
    if (j == columns) continue;
    const size_t rest = columns - j, low = rest < VEC_WIDTH ? rest : VEC_WIDTH;
    const vec high = rest > low ? vec_load_first(x + j + low, rest - low) : vec_set(0);
    _mm512_mask_storeu_epi16(out + j, first_halves(rest),
                             narrow(vec_load_first(x + j, low), high));
  }
}

RAMK_AVX512_BF16_END

#endif
