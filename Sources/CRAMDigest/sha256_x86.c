// SHA-256 by the instructions that x86 has for it (Intel since Ice Lake, AMD since Zen): four rounds
// to a step, two of them an instruction.
//
// SHA256RNDS2 wants the state as ABEF and CDGH, highest lane first. Message words come in four
// registers of four; word t of a later step is made of words t-16, t-15, t-7 and t-2, of which
// SHA256MSG1 adds σ0(t-15) to t-16, an ordinary addition t-7, and SHA256MSG2 σ1(t-2).

#if defined(__x86_64__)

#include "blocks.h"

#include <cpuid.h>
#include <immintrin.h>

bool ramk_sha256_has_instructions(void) {
  unsigned eax, ebx, ecx, edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx)) return false;
  const bool has_vectors = (ecx & bit_SSSE3) && (ecx & bit_SSE41);
  return has_vectors && __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & bit_SHA);
}

#pragma clang attribute push(__attribute__((target("sha,ssse3,sse4.1"))), apply_to = function)

/// Four rounds with the words of `step`.
static inline __attribute__((always_inline)) void four_rounds(__m128i *abef, __m128i *cdgh,
                                                              __m128i words, int step) {
  const __m128i constants =
    _mm_loadu_si128((const __m128i *)(ramk_sha256_constants + 4 * step));
  const __m128i sums = _mm_add_epi32(words, constants);
  *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, sums);
  *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32(sums, 0x0E));
}

/// The four words behind those of `a`, `b`, `c` and `d`, which are sixteen in a row.
static inline __attribute__((always_inline)) __m128i next_words(__m128i a, __m128i b, __m128i c,
                                                                __m128i d) {
  const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4));
  return _mm_sha256msg2_epu32(sum, d);
}

static inline __attribute__((always_inline)) void take_block(__m128i *abef, __m128i *cdgh,
                                                             const uint8_t *bytes) {
  const __m128i swap = _mm_set_epi64x(0x0C0D0E0F08090A0B, 0x0405060700010203);
  __m128i words[4];
#pragma clang loop unroll(full)
  for (int step = 0; step < 16; step++) {
    __m128i *place = &words[step % 4];
    *place = step < 4
               ? _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)bytes + step), swap)
               : next_words(*place, words[(step + 1) % 4], words[(step + 2) % 4],
                            words[(step + 3) % 4]);
    four_rounds(abef, cdgh, *place, step);
  }
}

void ramk_sha256_blocks_accelerated(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  const __m128i dcba = _mm_loadu_si128((const __m128i *)state);
  const __m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1), efgh = _mm_shuffle_epi32(hgfe, 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (size_t block = 0; block < blocks; block++) {
    const __m128i abef_before = abef, cdgh_before = cdgh;
    take_block(&abef, &cdgh, bytes + 64 * block);
    abef = _mm_add_epi32(abef, abef_before), cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

#pragma clang attribute pop

#endif
