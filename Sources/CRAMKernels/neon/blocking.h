// Block sizes of the product for a core with 32 q registers, and at least 32 kB of L1 data and
// 256 kB of L2: Cortex-A72 (32 kB; L2 shared), Cortex-A76 (64 kB; 256 kB and more), Neoverse N1,
// N2, V1 and V2 (64 kB; 512 kB to 2 MB), Apple's performance cores (128 kB; 12 MB and more,
// shared).
//
//   MR x NR  6 x 16: 24 sums, 4 registers of the panel, 2 of a, of 32. A step of k is 24 FMLA: 12
//            cycles with two pipes (Cortex-A76, Neoverse N1 and N2), 6 with four (Neoverse V1 and
//            V2, Apple); 24 sums are more than latency (4 cycles) times pipes. Its loads are 6
//            registers, for a core that loads 2 or 3 a cycle. 8 x 12 would load 5, and leave a
//            quarter of a tile unused where heads are 32 wide.
//   KC       256: a chunk of a panel is 16 kB, half of the smallest L1; beside it a strip of a,
//            6 kB, streams through.
//   MC       144: 24 strips, 144 kB of L2. Each chunk of a panel, read from L3 or memory, serves 24
//            tiles of 1,536 cycles or more: under half a byte a cycle.
//   NC       768: 48 panels for which a task's rows are packed once.
//   In bfloat16 a chunk of a panel is 16 kB with KC_FOURS, whose rows take half as well. With
//   KC_WIDENED it is 12 kB, but rows are floats: 9 kB a strip, 216 kB in all.
//   In int8 a chunk is the 768 steps that share their scales: 12 kB of a panel, 5 kB of a strip.

#ifndef RAMK_NEON_BLOCKING_H
#define RAMK_NEON_BLOCKING_H

enum { MR = 6, NR = 16, MC = 144, KC = 256, NC = 768, KC_FOURS = 512, KC_WIDENED = 384 };

#endif
