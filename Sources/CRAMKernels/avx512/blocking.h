// Block sizes of the product for a core with 32 kB or 48 kB of L1 data, 512 kB or more of L2, and
// 32 zmm registers: every CPU with AVX-512 so far.
//
//   MR x NR  12 x 32: 24 sums, 2 vectors of the panel, 1 broadcast of a, of 32 registers. A step of
//            k is 24 FMA: 12 cycles where there are two 512-bit ports (Intel's servers, Zen 5), 24
//            where there is one (Zen 4); 14 loads, 7 cycles. Registers would do for 14 rows, but Swin's
//            windows of 12 x 12 and its maps are whole strips of 12, which two or four threads share
//            evenly: Zen 5 took 2 % less time for a Swin-L, 1 % more for int8's products. These weigh more what
//            a tile does besides multiplying, and keep 14 rows.
//   KC       192: k = 192, 384, 768, 1536, 3072 cut evenly. A chunk of a panel is 24 kB and a strip's 9 kB,
//            which L1 holds beside the sums that wait for the next chunk; 256 took Zen 5 as long, and
//            128 1 to 3 % longer. A sum of 384 steps one by one rounds by more than the tests' law
//            lets it.
//   MC       252: 21 strips, 194 kB of L2 a chunk. Each chunk of a panel, read from L3 or memory, serves 21
//            tiles of 2,304 cycles: half a byte a cycle.
//   NC       768: 24 panels for which a task's rows are packed once.
//   In bfloat16 a chunk of a panel is 24 kB with KC_PAIRS, whose rows take half as well, and 16 kB
//   with KC_WIDENED, whose rows are floats: 12 kB a strip, 252 kB in all. 512 pairs of steps took
//   Zen 5 as long, 768 longer.
//   In int8 a chunk is the 768 steps that share their scales: 24 kB of a panel, 11 kB of a strip, 189 kB
//   of packed rows.

#ifndef RAMK_AVX512_BLOCKING_H
#define RAMK_AVX512_BLOCKING_H

#ifdef RAMK_BLOCKING_OF_BYTES
enum { MR = 14 };
#else
enum { MR = 12 };
#endif

enum { NR = 32, MC = 252, KC = 192, NC = 768, KC_PAIRS = 384, KC_WIDENED = 256 };

#endif
