// Code between RAMK_AMX_BEGIN and RAMK_AMX_END may use AMX with bfloat16, and AVX-512 with BF16;
// between RAMK_AMX_INT8_BEGIN and _END AMX with bytes in place of them.

#ifndef RAMK_AMX_TARGET_H
#define RAMK_AMX_TARGET_H

#define RAMK_AMX_PRAGMA(text) _Pragma(#text)
#define RAMK_AMX_BEGIN                                                                       \
  RAMK_AMX_PRAGMA(clang attribute push(                                                      \
    __attribute__((target(                                                                   \
      "amx-tile,amx-bf16,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))),         \
    apply_to = function))
#define RAMK_AMX_INT8_BEGIN                                                                  \
  RAMK_AMX_PRAGMA(clang attribute push(                                                      \
    __attribute__((target(                                                                   \
      "amx-tile,amx-int8,avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,avx2,fma"))),         \
    apply_to = function))
#define RAMK_AMX_INT8_END RAMK_AMX_PRAGMA(clang attribute pop)
#define RAMK_AMX_END RAMK_AMX_PRAGMA(clang attribute pop)

#endif
