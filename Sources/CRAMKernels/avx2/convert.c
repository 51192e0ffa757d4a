// Conversion to float32, 256 bits: half precision by F16C, and blocks of bytes with a scale, 8
// elements an instruction. In plain C the other types are bound by memory already.

#if defined(__x86_64__)

#include "operations/convert.h"

#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)

static void convert_q8_0(const uint8_t *in, size_t blocks, float *out) {
  for (size_t b = 0; b < blocks; b++, in += RAMK_Q8_0_BLOCK_BYTES) {
    uint16_t half;
    memcpy(&half, in, sizeof half);
    const __m256 scale = _mm256_set1_ps(_cvtsh_ss(half));
    for (size_t i = 0; i < RAMK_Q8_0_BLOCK_ELEMENTS; i += 8) {
      const __m128i bytes = _mm_loadl_epi64((const __m128i *)(in + sizeof half + i));
      const __m256 values = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes));
      _mm256_storeu_ps(out + b * RAMK_Q8_0_BLOCK_ELEMENTS + i, _mm256_mul_ps(scale, values));
    }
  }
}

static void convert(ramk_element_type type, const void *in, size_t count, float *out) {
  size_t done = 0;
  const uint8_t *bytes = in;
  if (type == RAMK_ELEMENT_Q8_0) {
    convert_q8_0(in, count / RAMK_Q8_0_BLOCK_ELEMENTS, out);
    return;
  }
  if (type == RAMK_ELEMENT_FLOAT16) {
    for (; count - done >= 8; done += 8) {
      const __m128i halves = _mm_loadu_si128((const __m128i *)(bytes + done * sizeof(uint16_t)));
      _mm256_storeu_ps(out + done, _mm256_cvtph_ps(halves));
    }
    bytes += done * sizeof(uint16_t);
  }
  ramk_convert_plain(type, bytes, count - done, out + done);
}

#pragma clang attribute pop

const ramk_convert_kernel ramk_convert_float32_avx2 = {.convert = convert};

#endif
