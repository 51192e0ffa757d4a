// Block sizes of the product for a core with AMX: Sapphire Rapids and later, with 48 kB of L1 data
// and 2 MB of L2.
//
//   MR x NR  32 x 32: four tiles of sums, two of rows, two of the panel: all eight. 32 steps of k are
//            4 products of 16 cycles each, and 4 loads of 8 cycles each.
//   KC       768: a chunk of a panel and a strip are 48 kB each and stream through L1 from L2.
//   MC       384: packed rows are 576 kB, a quarter of L2.
//            In int8, where 768 steps share their scales, both are 24 kB.
//   NC       768: 24 panels for which a task's rows are packed once.

#ifndef RAMK_AMX_BLOCKING_H
#define RAMK_AMX_BLOCKING_H

enum { MR = 32, NR = 32, MC = 384, KC = 768, NC = 768 };

#endif
