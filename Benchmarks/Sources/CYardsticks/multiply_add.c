// 12 sums in registers: more than latency times ports of any CPU so far (4 cycles x 2 ports).

#include "CYardsticks.h"

enum { SUMS = 12, STEPS = 64 };

// Read through volatile, so that the compiler can't know them; written so, that it can't drop them.
static volatile float factor = 0.999f, addend = 0.001f, sink;

#define MULTIPLY_ADD(type, lanes, set, step)                                       \
  const type x = set(factor), y = set(addend);                                     \
  type sums[SUMS];                                                                 \
  for (int i = 0; i < SUMS; i++) sums[i] = set((float)i);                          \
  for (size_t round = 0; round < rounds; round++)                                  \
    for (int s = 0; s < STEPS; s++)                                                \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; i++)            \
        sums[i] = step(sums[i], x, y);                                             \
  for (int i = 1; i < SUMS; i++) sums[0] = sums[0] + sums[i];                      \
  sink = sums[0][0];                                                               \
  return 2.0 * lanes * SUMS * STEPS * (double)rounds

typedef float float4 __attribute__((vector_size(16)));
#define SET4(x) ((float4){(x), (x), (x), (x)})
#define STEP4(sum, x, y) ((sum) * (x) + (y))

static double portable(size_t rounds) { MULTIPLY_ADD(float4, 4, SET4, STEP4); }

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2,fma"))) static double avx2(size_t rounds) {
  MULTIPLY_ADD(__m256, 8, _mm256_set1_ps, _mm256_fmadd_ps);
}

__attribute__((target("avx512f"))) static double avx512(size_t rounds) {
  MULTIPLY_ADD(__m512, 16, _mm512_set1_ps, _mm512_fmadd_ps);
}
#endif

double yardstick_multiply_add(ramk_implementation implementation, size_t rounds) {
#if defined(__x86_64__)
  if (implementation == RAMK_AVX2) return avx2(rounds);
  if (implementation == RAMK_AVX512 || implementation == RAMK_AMX) return avx512(rounds);
#endif
  (void)implementation;
  return portable(rounds);
}
