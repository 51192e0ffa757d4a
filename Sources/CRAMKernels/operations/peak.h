// How fast a core multiplies and adds at most: the yardstick beside a product's kernel. Its driver,
// peak.c, spreads turns over threads.

#ifndef RAMK_PEAK_H
#define RAMK_PEAK_H

#include "CRAMKernels.h"

typedef struct {
  /// Multiply-adds on registers alone, with the instruction of the product's kernel and as many sums
  /// in flight as keep its units busy, for some tens of microseconds. Returns how many there were.
  uint64_t (*turn)(void);
} ramk_peak_kernel;

#endif
