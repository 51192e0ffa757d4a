// Code between RAMK_AVX512_BEGIN and RAMK_AVX512_END may use AVX-512 F, BW, DQ and VL, which every
// server CPU since Skylake and Zen 4 has, whatever the rest of the build is for.

#ifndef RAMK_AVX512_TARGET_H
#define RAMK_AVX512_TARGET_H

#define RAMK_AVX512_PRAGMA(text) _Pragma(#text)
#define RAMK_AVX512_BEGIN                                                       \
  RAMK_AVX512_PRAGMA(clang attribute push(                                      \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))),     \
    apply_to = function))
#define RAMK_AVX512_END RAMK_AVX512_PRAGMA(clang attribute pop)

#endif
