// How scratch memory that a caller passes in is cut into parts.

#ifndef RAMK_SCRATCH_H
#define RAMK_SCRATCH_H

#include "operations/checks.h"

/// Scratch memory for `threads` workers of `floats` each, on lines of their own; 0 where it
/// overflows. Includes what aligning the start takes.
static inline size_t ramk_scratch_bytes(unsigned threads, size_t floats) {
  size_t bytes;
  if (floats > PTRDIFF_MAX / 2 / sizeof(float)) return 0;
  if (!ramk_multiply(ramk_round_to_line(floats * sizeof(float)), threads, &bytes)) return 0;
  return ramk_add(bytes, 64, &bytes) && bytes <= PTRDIFF_MAX ? bytes : 0;
}

/// Worker `worker`'s part of scratch memory sized by `ramk_scratch_bytes(_, floats)`.
static inline float *ramk_scratch(void *workspace, size_t floats, unsigned worker) {
  char *start = (char *)ramk_round_to_line((uintptr_t)workspace);
  return (float *)(start + worker * ramk_round_to_line(floats * sizeof(float)));
}

/// Lays parts of scratch memory out one behind the other, each on a cache line of its own.
typedef struct {
  size_t floats;
  bool overflow;
} ramk_scratch_layout;

/// The place of a part of `rows` x `columns` floats.
static inline size_t ramk_scratch_part(ramk_scratch_layout *layout, size_t rows, size_t columns) {
  const size_t place = layout->floats;
  size_t size;
  layout->overflow = layout->overflow || !ramk_multiply(rows, columns, &size) ||
                     size > PTRDIFF_MAX / 64 || place > PTRDIFF_MAX / 64;
  if (!layout->overflow)
    layout->floats = place + ramk_round_to_line(size * sizeof(float)) / sizeof(float);
  return place;
}

#endif
