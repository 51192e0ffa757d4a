// Prepared weights: a header, then panels of `panel` columns of the product each, k-major in units:
// weights[n, k] lies at panels[n / panel][k / unit][...], with zeros beyond the last n and k. How a
// unit is laid out, and what follows a chunk of units, follows from precision, panel and unit.

#ifndef RAMK_PREPARED_MATRIX_H
#define RAMK_PREPARED_MATRIX_H

#include "CRAMKernels.h"

typedef struct {
  char magic[8];                  // "RAMKMTRX"
  uint32_t version;               // of this layout
  uint32_t precision;             // a ramk_precision
  uint32_t panel, unit;           // columns of a panel, steps of k: what implementations differ in
  uint32_t element_bytes;
  uint32_t padding;               // zero
  uint64_t n, k;
  uint64_t bytes;                 // of the header and all panels
  uint8_t reserved[8];            // zero
} ramk_prepared_matrix;

_Static_assert(sizeof(ramk_prepared_matrix) == 64, "panels start on a cache line");

/// The header of weights that were prepared for the product which `context` would run.
ramk_status ramk_prepared_matrix_check(const ramk_context *context, ramk_precision precision,
                                       const void *prepared, const ramk_prepared_matrix **header);

#endif
