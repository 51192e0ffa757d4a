// Code between RAMK_AVX512_BEGIN and RAMK_AVX512_END may use AVX-512 F, BW, DQ and VL, which every
// server CPU since Skylake and Zen 4 has, whatever the rest of the build is for; between
// RAMK_AVX512_BF16_BEGIN and _END also what Cooper Lake, Sapphire Rapids and Zen 4 added.

#ifndef RAMK_AVX512_TARGET_H
#define RAMK_AVX512_TARGET_H

#define RAMK_AVX512_PRAGMA(text) _Pragma(#text)
#define RAMK_AVX512_BEGIN                                                       \
  RAMK_AVX512_PRAGMA(clang attribute push(                                      \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))),     \
    apply_to = function))
#define RAMK_AVX512_BF16_BEGIN                                                         \
  RAMK_AVX512_PRAGMA(clang attribute push(                                             \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))), \
    apply_to = function))
#define RAMK_AVX512_VNNI_BEGIN                                                         \
  RAMK_AVX512_PRAGMA(clang attribute push(                                             \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), \
    apply_to = function))
#define RAMK_AVX512_VNNI_END RAMK_AVX512_PRAGMA(clang attribute pop)
#define RAMK_AVX512_BF16_END RAMK_AVX512_PRAGMA(clang attribute pop)
#define RAMK_AVX512_END RAMK_AVX512_PRAGMA(clang attribute pop)

#endif
