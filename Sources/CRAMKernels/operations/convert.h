// The inner kernel of conversion to float32: consecutive elements of one type.

#ifndef RAMK_CONVERT_H
#define RAMK_CONVERT_H

#include "CRAMKernels.h"

typedef struct {
  /// `in` holds `count` elements of a valid `type`, whole blocks of them, not necessarily aligned.
  void (*convert)(ramk_element_type type, const void *in, size_t count, float *out);
} ramk_convert_kernel;

/// For implementations that are faster for some types only.
void ramk_convert_plain(ramk_element_type type, const void *in, size_t count, float *out);

#endif
