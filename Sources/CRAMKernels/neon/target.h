// Code between RAMK_NEON_BF16_BEGIN and RAMK_NEON_BF16_END may use BF16, which Armv8.6 made
// mandatory and Neoverse V1, N2, V2 and Apple's M2 have, whatever the rest of the build is for. So
// are I8MM, which the same CPUs have, and DOTPROD, which Armv8.4 made mandatory.

#ifndef RAMK_NEON_TARGET_H
#define RAMK_NEON_TARGET_H

#define RAMK_NEON_BF16_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"bf16\"))), apply_to = function)")
#define RAMK_NEON_BF16_END _Pragma("clang attribute pop")
#define RAMK_NEON_I8MM_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"i8mm\"))), apply_to = function)")
#define RAMK_NEON_I8MM_END _Pragma("clang attribute pop")
#define RAMK_NEON_DOTPROD_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"dotprod\"))), apply_to = function)")
#define RAMK_NEON_DOTPROD_END _Pragma("clang attribute pop")

#endif
