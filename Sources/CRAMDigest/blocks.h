// What takes whole blocks of 64 bytes: once in plain C, once for CPUs with instructions for it.

#ifndef RAMK_SHA256_BLOCKS_H
#define RAMK_SHA256_BLOCKS_H

#include "CRAMDigest.h"

/// The first 32 bits behind the point of the cube roots of the first 64 primes.
extern const uint32_t ramk_sha256_constants[64];

void ramk_sha256_blocks_portable(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#if defined(__x86_64__) || defined(__aarch64__)
#define RAMK_SHA256_HAS_ACCELERATED 1

/// Whether this CPU has what the next function needs.
bool ramk_sha256_has_instructions(void);
void ramk_sha256_blocks_accelerated(uint32_t state[8], const uint8_t *bytes, size_t blocks);
#endif

#endif
