// Block sizes of the product for a core with AMX: Sapphire Rapids and later, with 48 kB of L1 data
// and 2 MB of L2.
//
//   MR x NR  32 x 32: four tiles of sums, two of rows, two of the panel: all eight. 32 steps of k are
//            4 products of 16 cycles each, and 4 loads of 8 cycles each.
//   KC       512: a chunk of a panel is 32 kB and stays in L1, past which strips stream from L2: 64 cycles
//            for 32 steps, as from L1. Where both come from L2, they take 80.
//            In int8, where 768 steps share their scales, it is 24 kB.
//   MC       288: of a feed-forward of 768 channels, packed rows, their hidden layer's chunk and outputs are
//            1.6 MB of L2. A panel meets 9 strips, 4 us of products, while the next 32 kB come from L3, which
//            gives a core some 30 GB/s.
//   NC       768: 24 panels for which a task's rows are packed once.
//
// Measured on a core of an Emerald Rapids at 2.8 GHz, November 2026.

#ifndef RAMK_AMX_BLOCKING_H
#define RAMK_AMX_BLOCKING_H

enum { MR = 32, NR = 32, MC = 288, KC = 512, NC = 768 };

#endif
