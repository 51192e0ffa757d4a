// Checks of sizes that come from outside.

#ifndef RAMK_CHECKS_H
#define RAMK_CHECKS_H

#include "CRAMKernels.h"

/// out = a · b; false where that overflows.
static inline bool ramk_multiply(size_t a, size_t b, size_t *out) {
  return !__builtin_mul_overflow(a, b, out);
}

/// out = a · b · c; false where that overflows.
static inline bool ramk_multiply3(size_t a, size_t b, size_t c, size_t *out) {
  return ramk_multiply(a, b, out) && ramk_multiply(*out, c, out);
}

/// out = a + b; false where that overflows.
static inline bool ramk_add(size_t a, size_t b, size_t *out) {
  return !__builtin_add_overflow(a, b, out);
}

/// Checks a matrix of floats, or of smaller numbers: not null unless empty, stride not below its columns, and its bytes
/// countable in a ptrdiff_t.
static inline ramk_status ramk_check_matrix(const void *data, size_t rows, size_t columns,
                                            size_t stride) {
  if (rows == 0 || columns == 0) return RAMK_OK;
  size_t elements;
  if (!data || (rows > 1 && stride < columns)) return RAMK_INVALID_ARGUMENT;
  if (!ramk_multiply(rows - 1, stride, &elements) || !ramk_add(elements, columns, &elements) ||
      elements > PTRDIFF_MAX / sizeof(float))
    return RAMK_SIZE_OVERFLOW;
  return RAMK_OK;
}

/// `bytes` rounded up to whole cache lines (`bytes` is far from overflowing).
static inline size_t ramk_round_to_line(size_t bytes) { return (bytes + 63) & ~(size_t)63; }

#define RAMK_TRY(call)                            \
  do {                                            \
    const ramk_status status_ = (call);           \
    if (status_ != RAMK_OK) return status_;       \
  } while (0)

static inline size_t ramk_minimum(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t ramk_divide_up(size_t a, size_t b) { return a / b + (a % b != 0); }

#endif
