// Conversion to float32, 256 bits: half precision by F16C, 8 elements an instruction. In plain C
// the other types are bound by memory already.

#if defined(__x86_64__)

#include "operations/convert.h"

#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2,f16c"))), apply_to = function)

static void convert(ramk_element_type type, const void *in, size_t count, float *out) {
  size_t done = 0;
  const uint8_t *bytes = in;
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
