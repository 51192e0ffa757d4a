// Block sizes of the product for a core with 32 kB of L1 data, 256 kB or more of L2, and 16 ymm
// registers: every CPU with AVX2 so far.
//
//   MR x NR  6 x 16: 12 sums, 2 vectors of the panel, 1 broadcast of a, of 16 registers. A step of
//            k is 12 FMA (6 cycles on two ports), 8 loads (4 cycles on two ports), and as many sums
//            are in flight as latency (4 or 5 cycles) times ports ask for.
//   KC       256: a chunk of a panel is 16 kB, half of L1; beside it a strip of a, 6 kB, streams
//            through. It is a power of two so that k = 768, 1536, 3072 cut evenly.
//   MC       144: 24 strips, 144 kB of L2. Each chunk of a panel, read from L3 or memory, serves 24
//            tiles of 1,536 cycles: under half a byte a cycle.
//   NC       768: 48 panels for which a task's rows are packed once.
//   In bfloat16 weights take half, but rows are floats: with KC_WIDENED a chunk of a panel is 12 kB,
//   a strip 9 kB, and packed rows 216 kB.
//   In int8 a chunk is the 768 steps that share their scales: 12 kB of a panel; a strip takes 5 kB, or
//   9 kB where its bytes are widened to 16 bits.

#ifndef RAMK_AVX2_BLOCKING_H
#define RAMK_AVX2_BLOCKING_H

enum { MR = 6, NR = 16, MC = 144, KC = 256, NC = 768, KC_WIDENED = 384 };

#endif
