#include "CYardsticks.h"

// A cache line at a time, in whatever vectors the CPU has. Where the linker can choose between builds
// of a function when the program starts, the widest; else those that every CPU of the kind has.
typedef uint64_t line __attribute__((vector_size(64), aligned(64), may_alias));

#if defined(__x86_64__) && defined(__linux__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
uint64_t yardstick_stream(const void *in, size_t read, void *out, size_t written) {
  const line *from = in;
  line *to = out;
  const size_t reads = read / sizeof(line), writes = written / sizeof(line);
  // By turns, as a kernel does: pages of both are open at a time, neither is gone through alone.
  const size_t turns = (reads + writes) / 128 + 1;
  line sum = {0};
  for (size_t turn = 0, i = 0, j = 0; turn < turns; turn++) {
    for (const size_t end = reads * (turn + 1) / turns; i < end; i++) sum ^= from[i];
    for (const size_t end = writes * (turn + 1) / turns; j < end; j++) to[j] = sum;
  }
  return sum[0] ^ sum[1] ^ sum[2] ^ sum[3] ^ sum[4] ^ sum[5] ^ sum[6] ^ sum[7];
}
