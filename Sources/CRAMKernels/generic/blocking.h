// Block sizes of the product in portable C: vectors of four floats that any 64-bit CPU has.
//
//   MR x NR  8 of 16 vector registers are sums (x86), or 16 of 32 (arm).
//   KC, MC   a chunk of a panel is 8 kB, half of the smallest L1; packed rows are 96 kB.

#ifndef RAMK_GENERIC_BLOCKING_H
#define RAMK_GENERIC_BLOCKING_H

#if defined(__aarch64__)
enum { MR = 8, NR = 8 };
#else
enum { MR = 4, NR = 8 };
#endif

enum { MC = 96, KC = 256, NC = 512 };

#endif
