// SHA-256 by the instructions that 64-bit Arm has for it (an extension of Armv8 that nearly all cores
// have): four rounds to a step, the upper and the lower half of the state an instruction each.

#if defined(__aarch64__)

#include "blocks.h"

#include <arm_neon.h>

#if defined(__linux__)
#include <sys/auxv.h>

// As in <asm/hwcap.h>, which not every system has.
enum { HWCAP_SHA2_BIT = 1 << 6 };

bool ramk_sha256_has_instructions(void) { return (getauxval(AT_HWCAP) & HWCAP_SHA2_BIT) != 0; }
#elif defined(__APPLE__)
bool ramk_sha256_has_instructions(void) { return true; }
#else
bool ramk_sha256_has_instructions(void) { return false; }
#endif

#pragma clang attribute push(__attribute__((target("sha2"))), apply_to = function)

void ramk_sha256_blocks_accelerated(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (size_t block = 0; block < blocks; block++, bytes += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t words[4];
#pragma clang loop unroll(full)
    for (int step = 0; step < 16; step++) {
      uint32x4_t *place = &words[step % 4];
      *place = step < 4 ? vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(bytes + 16 * step)))
                        : vsha256su1q_u32(vsha256su0q_u32(*place, words[(step + 1) % 4]),
                                          words[(step + 2) % 4], words[(step + 3) % 4]);
      const uint32x4_t sums = vaddq_u32(*place, vld1q_u32(ramk_sha256_constants + 4 * step));
      const uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sums);
      efgh = vsha256h2q_u32(efgh, abcd_now, sums);
    }
    abcd = vaddq_u32(abcd, abcd_before), efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd), vst1q_u32(state + 4, efgh);
}

#pragma clang attribute pop

#endif
