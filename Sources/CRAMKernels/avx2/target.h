// Code between RAMK_AVX2_BEGIN and RAMK_AVX2_END may use AVX2 and FMA, whatever the rest of the
// build is for; between RAMK_AVX2_VNNI_BEGIN and _END also AVX-VNNI. It stands after the includes: a helper without the attribute would not be inlined
// into a kernel that has it.

#ifndef RAMK_AVX2_TARGET_H
#define RAMK_AVX2_TARGET_H

#define RAMK_AVX2_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define RAMK_AVX2_VNNI_BEGIN \
  _Pragma("clang attribute push(__attribute__((target(\"avx2,fma,avxvnni\"))), apply_to = function)")
#define RAMK_AVX2_VNNI_END _Pragma("clang attribute pop")
#define RAMK_AVX2_END _Pragma("clang attribute pop")

#endif
