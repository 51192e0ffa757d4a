#include <string.h>

#include "CRAMKernels.h"

// A row of elements that lie `stride` elements apart; the switch gives each common element size a
// loop of its own with moves of constant size.
static void copy_row(size_t count, size_t stride, size_t element_bytes, const char *restrict in,
                     char *restrict out) {
  if (stride == 1) {
    memcpy(out, in, count * element_bytes);
    return;
  }
  switch (element_bytes) {
    case 1:
      for (size_t i = 0; i < count; i++) out[i] = in[i * stride];
      break;
    case 2:
      for (size_t i = 0; i < count; i++) memcpy(out + i * 2, in + i * stride * 2, 2);
      break;
    case 4:
      for (size_t i = 0; i < count; i++) memcpy(out + i * 4, in + i * stride * 4, 4);
      break;
    default:
      for (size_t i = 0; i < count; i++) {
        memcpy(out + i * element_bytes, in + i * stride * element_bytes, element_bytes);
      }
  }
}

ramk_status ramk_copy_strided(size_t rank, const size_t *shape, const size_t *strides,
                              size_t element_bytes, const void *in, void *out) {
  if (rank > RAMK_COPY_MAXIMUM_RANK || element_bytes == 0) return RAMK_INVALID_ARGUMENT;
  if (rank > 0 && (!shape || !strides)) return RAMK_INVALID_ARGUMENT;
  for (size_t d = 0; d < rank; d++) {
    if (shape[d] == 0) return RAMK_OK;
  }
  if (!in || !out) return RAMK_INVALID_ARGUMENT;

  size_t columns = rank > 0 ? shape[rank - 1] : 1;
  size_t stride = rank > 0 ? strides[rank - 1] : 1;
  size_t outer = rank > 0 ? rank - 1 : 0;
  size_t index[RAMK_COPY_MAXIMUM_RANK] = {0};
  const char *row = in;
  char *destination = out;
  for (;;) {
    copy_row(columns, stride, element_bytes, row, destination);
    destination += columns * element_bytes;

    // Counts the outer dimensions up like an odometer, the last one fastest.
    size_t d = outer;
    while (d > 0) {
      d--;
      row += strides[d] * element_bytes;
      if (++index[d] < shape[d]) break;
      row -= shape[d] * strides[d] * element_bytes;
      index[d] = 0;
      if (d == 0) return RAMK_OK;
    }
    if (outer == 0) return RAMK_OK;
  }
}
