// Code between RAMK_NEON_BF16_BEGIN and RAMK_NEON_BF16_END may use BF16, which Armv8.6 made
// mandatory and Neoverse V1, N2, V2 and Apple's M2 have, whatever the rest of the build is for.

#ifndef RAMK_NEON_TARGET_H
#define RAMK_NEON_TARGET_H

#define RAMK_NEON_BF16_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"bf16\"))), apply_to = function)")
#define RAMK_NEON_BF16_END _Pragma("clang attribute pop")

#endif
