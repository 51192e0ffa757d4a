// Strips of rows one behind the other, each with a gap behind its steps: to be included behind
// `gemm_tile_unpacked.h`. Rows of whole kilobytes would drive each other out of their sets of L1.

enum { GAP_BYTES = 64, STRIP_EXTRA = MR * GAP_BYTES };

/// From a row of a strip of k steps (whole units) to the next.
VEC_INLINE size_t strip_stride(size_t k) { return k / UNIT + GAP_BYTES / sizeof(row_unit); }

static void tile(size_t k, const void *a, const void *b, const ramk_gemm_tile *t) {
  tile_unpacked(k, a, strip_stride(k), b, t);
}
