#include "CRAMKernels.h"

const char *ramk_cpu_feature(const ramk_cpu *cpu, size_t index, bool *present) {
  const struct { const char *word; bool present; } features[] = {
    {"avx2", cpu->avx2}, {"fma", cpu->fma}, {"f16c", cpu->f16c},
    {"avx_vnni", cpu->avx_vnni},
    {"avx512f", cpu->avx512f}, {"avx512bw", cpu->avx512bw}, {"avx512dq", cpu->avx512dq},
    {"avx512vl", cpu->avx512vl}, {"avx512_bf16", cpu->avx512_bf16},
    {"avx512_bf16_fast", cpu->avx512_bf16_fast},
    {"avx512_vnni", cpu->avx512_vnni}, {"amx_tile", cpu->amx_tile}, {"amx_bf16", cpu->amx_bf16},
    {"amx_int8", cpu->amx_int8}, {"neon", cpu->neon}, {"neon_bf16", cpu->neon_bf16},
    {"neon_i8mm", cpu->neon_i8mm}, {"neon_dotprod", cpu->neon_dotprod},
  };
  if (index >= sizeof features / sizeof features[0]) return NULL;
  *present = features[index].present;
  return features[index].word;
}
