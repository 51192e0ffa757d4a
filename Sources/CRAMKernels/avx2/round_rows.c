#if defined(__x86_64__)

#include "avx2/vector.h"
#include "operations/round_rows.h"

#include <string.h>

RAMK_AVX2_BEGIN

#include "operations/bfloat16.h"
#include "operations/round_rows_columns.h"

void ramk_round_rows_avx2(size_t rows, size_t columns, const float *x, size_t x_stride,
                          uint16_t *out, size_t out_stride) {
  round_rows(rows, columns, x, x_stride, out, out_stride);
}

RAMK_AVX2_END

#endif
