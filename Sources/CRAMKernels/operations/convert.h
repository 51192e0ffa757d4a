// Element types, and the inner kernel of conversion to float32: consecutive elements of one type.

#ifndef RAMK_CONVERT_H
#define RAMK_CONVERT_H

#include "CRAMKernels.h"

/// Elements are stored in blocks; most types' blocks are one element.
typedef struct {
  size_t elements, bytes;
} ramk_element_block;

/// 0 bytes for what is no element type.
static inline ramk_element_block ramk_element_block_of(ramk_element_type type) {
  switch (type) {
    case RAMK_ELEMENT_FLOAT64: return (ramk_element_block){1, 8};
    case RAMK_ELEMENT_FLOAT32: return (ramk_element_block){1, 4};
    case RAMK_ELEMENT_FLOAT16: return (ramk_element_block){1, 2};
    case RAMK_ELEMENT_BFLOAT16: return (ramk_element_block){1, 2};
    case RAMK_ELEMENT_INT64: return (ramk_element_block){1, 8};
    case RAMK_ELEMENT_INT32: return (ramk_element_block){1, 4};
    case RAMK_ELEMENT_UINT8: return (ramk_element_block){1, 1};
    case RAMK_ELEMENT_INT8: return (ramk_element_block){1, 1};
    case RAMK_ELEMENT_Q8_0:
      return (ramk_element_block){RAMK_Q8_0_BLOCK_ELEMENTS, RAMK_Q8_0_BLOCK_BYTES};
  }
  return (ramk_element_block){1, 0};
}

typedef struct {
  /// `in` holds `count` elements of a valid `type`, whole blocks of them, not necessarily aligned.
  void (*convert)(ramk_element_type type, const void *in, size_t count, float *out);
} ramk_convert_kernel;

/// For implementations that are faster for some types only.
void ramk_convert_plain(ramk_element_type type, const void *in, size_t count, float *out);

#endif
