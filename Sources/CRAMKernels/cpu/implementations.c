#include "CRAMKernels.h"

#include <string.h>

static const char *const implementation_names[RAMK_IMPLEMENTATION_COUNT] = {
  [RAMK_GENERIC] = "generic", [RAMK_AVX2] = "avx2", [RAMK_AVX512] = "avx512",
  [RAMK_AMX] = "amx",         [RAMK_NEON] = "neon",
  [RAMK_AMX_EMULATED] = "amx_emulated",
};

static const char *const precision_names[RAMK_PRECISION_COUNT] = {
  [RAMK_FLOAT32] = "float32", [RAMK_BFLOAT16] = "bfloat16", [RAMK_INT8] = "int8",
};

const char *ramk_implementation_name(ramk_implementation implementation) {
  return (unsigned)implementation < RAMK_IMPLEMENTATION_COUNT ? implementation_names[implementation]
                                                              : NULL;
}

const char *ramk_precision_name(ramk_precision precision) {
  return (unsigned)precision < RAMK_PRECISION_COUNT ? precision_names[precision] : NULL;
}

ramk_status ramk_implementation_named(const char *name, ramk_implementation *implementation) {
  if (!name || !implementation) return RAMK_INVALID_ARGUMENT;
  for (unsigned i = 0; i < RAMK_IMPLEMENTATION_COUNT; i++) {
    if (strcmp(name, implementation_names[i]) != 0) continue;
    *implementation = (ramk_implementation)i;
    return RAMK_OK;
  }
  return RAMK_UNKNOWN_IMPLEMENTATION;
}
