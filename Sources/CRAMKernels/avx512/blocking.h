// Block sizes of the product for a core with 32 kB or 48 kB of L1 data, 512 kB or more of L2, and
// 32 zmm registers: every CPU with AVX-512 so far.
//
//   MR x NR  14 x 32: 28 sums, 2 vectors of the panel, 1 broadcast of a, of 32 registers. A step of
//            k is 28 FMA: 14 cycles where there are two 512-bit ports (Intel's servers, Zen 5), 28
//            where there is one (Zen 4); 16 loads, 8 cycles.
//   KC       192: k = 192, 384, 768, 1536, 3072 cut evenly. A chunk of a panel is 24 kB and a strip's 11 kB,
//            which L1 holds beside the sums that wait for the next chunk; 256 took Zen 5 1 to 3 % more
//            time, and so did 128. A sum of 384 steps one by one rounds by more than the tests' law
//            lets it.
//   MC       252: 18 strips, 194 kB of L2 a chunk. Each chunk of a panel, read from L3 or memory, serves 18
//            tiles of 2,688 cycles: half a byte a cycle.
//   NC       768: 24 panels for which a task's rows are packed once.
//   In bfloat16 a chunk of a panel is 24 kB with KC_PAIRS, whose rows take half as well, and 16 kB
//   with KC_WIDENED, whose rows are floats: 14 kB a strip, 252 kB in all. 512 or 768 pairs of steps took
//   Zen 5 2 to 5 % more time.
//   In int8 a chunk is the 768 steps that share their scales: 24 kB of a panel, 11 kB of a strip, 189 kB
//   of packed rows.

#ifndef RAMK_AVX512_BLOCKING_H
#define RAMK_AVX512_BLOCKING_H

enum { MR = 14, NR = 32, MC = 252, KC = 192, NC = 768, KC_PAIRS = 384, KC_WIDENED = 256 };

#endif
