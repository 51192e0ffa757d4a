// SHA-256 (FIPS 180-4), piece by piece: the digest by which people tell checkpoints apart.

#ifndef CRAMDIGEST_H
#define CRAMDIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A digest on its way. Plain data: a copy goes its own way.
typedef struct {
  uint32_t state[8];
  uint64_t length;                // bytes taken so far
  uint8_t rest[64];               // the bytes behind the last whole block, length % 64 of them
  bool portable;                  // plain C, whatever this CPU can do
} ramk_sha256;

/// Starts a digest. With `portable`, the CPU's instructions for it are left alone.
void ramk_sha256_init(ramk_sha256 *digest, bool portable);

/// Takes the next `count` bytes.
void ramk_sha256_update(ramk_sha256 *digest, const void *bytes, size_t count);

/// Writes the digest of all bytes taken. To be followed by `ramk_sha256_init` only.
void ramk_sha256_finish(ramk_sha256 *digest, uint8_t out[32]);

/// Whether this CPU has instructions for it that this code uses.
bool ramk_sha256_is_accelerated(void);

#ifdef __cplusplus
}
#endif

#endif
