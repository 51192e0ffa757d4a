#include "blocks.h"

#include <string.h>

enum { BLOCK = 64 };

const uint32_t ramk_sha256_constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t x, unsigned count) { return x >> count | x << (32 - count); }

static uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void take_block(uint32_t state[8], const uint8_t *bytes) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++) w[i] = big_endian(bytes + 4 * i);
  for (int i = 16; i < 64; i++) {
    const uint32_t s0 = rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ w[i - 15] >> 3;
    const uint32_t s1 = rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
#pragma clang loop unroll_count(8)
  for (int i = 0; i < 64; i++) {
    const uint32_t s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const uint32_t t1 = h + s1 + (g ^ (e & (f ^ g))) + ramk_sha256_constants[i] + w[i];
    const uint32_t s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const uint32_t t2 = s0 + ((a & b) | (c & (a | b)));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void ramk_sha256_blocks_portable(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
  for (size_t block = 0; block < blocks; block++) take_block(state, bytes + block * BLOCK);
}

bool ramk_sha256_is_accelerated(void) {
#if defined(RAMK_SHA256_HAS_ACCELERATED)
  return ramk_sha256_has_instructions();
#else
  return false;
#endif
}

static void take_blocks(ramk_sha256 *digest, const uint8_t *bytes, size_t blocks) {
#if defined(RAMK_SHA256_HAS_ACCELERATED)
  if (!digest->portable) {
    ramk_sha256_blocks_accelerated(digest->state, bytes, blocks);
    return;
  }
#endif
  ramk_sha256_blocks_portable(digest->state, bytes, blocks);
}

void ramk_sha256_init(ramk_sha256 *digest, bool portable) {
  // The first 32 bits behind the point of the square roots of the first 8 primes.
  static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  *digest = (ramk_sha256){.portable = portable || !ramk_sha256_is_accelerated()};
  memcpy(digest->state, start, sizeof start);
}

void ramk_sha256_update(ramk_sha256 *digest, const void *bytes, size_t count) {
  const uint8_t *next = bytes;
  const size_t held = digest->length % BLOCK;
  digest->length += count;
  if (held > 0) {
    const size_t missing = BLOCK - held < count ? BLOCK - held : count;
    memcpy(digest->rest + held, next, missing);
    if (held + missing < BLOCK) return;
    take_blocks(digest, digest->rest, 1);
    next += missing, count -= missing;
  }
  take_blocks(digest, next, count / BLOCK);
  if (count % BLOCK > 0) memcpy(digest->rest, next + count / BLOCK * BLOCK, count % BLOCK);
}

void ramk_sha256_finish(ramk_sha256 *digest, uint8_t out[32]) {
  const uint64_t bits = digest->length * 8;
  // A one, zeros, and the length: it ends a block, and takes a second one where there is no room.
  uint8_t end[2 * BLOCK] = {0x80};
  const size_t zeros = (BLOCK + BLOCK - 9 - digest->length % BLOCK) % BLOCK;
  for (int i = 0; i < 8; i++) end[1 + zeros + i] = (uint8_t)(bits >> (56 - 8 * i));
  ramk_sha256_update(digest, end, 1 + zeros + 8);
  for (int i = 0; i < 32; i++) out[i] = (uint8_t)(digest->state[i / 4] >> (24 - i % 4 * 8));
}
