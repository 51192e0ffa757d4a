// Rows cut into blocks of whole strips, one as large as the other but for a strip: of tasks that keep a block's
// rows in the caches.

#ifndef RAMK_ROW_BLOCKS_H
#define RAMK_ROW_BLOCKS_H

#include "operations/checks.h"

typedef struct {
  size_t m, mr;                   // rows, and those of a strip
  size_t strips, count;           // of all rows; blocks
} ramk_row_blocks;

/// Blocks of `most` strips at most, or of fewer, but `fewest`, where threads would wait long for the last one.
static inline ramk_row_blocks ramk_cut_rows(size_t m, size_t mr, size_t most, size_t fewest,
                                            unsigned threads) {
  enum { BLOCKS_A_THREAD = 6 };
  const size_t strips = ramk_divide_up(m, mr), wanted = BLOCKS_A_THREAD * (size_t)threads;
  size_t count = ramk_divide_up(strips, most);
  if (threads > 1 && count < wanted) count = ramk_minimum(wanted, ramk_divide_up(strips, fewest));
  return (ramk_row_blocks){m, mr, strips, count};
}

/// The first row of a block; m behind the last one.
static inline size_t ramk_block_start(const ramk_row_blocks *blocks, size_t index) {
  return ramk_minimum(index * blocks->strips / blocks->count * blocks->mr, blocks->m);
}

/// Rows of the largest block, in whole strips.
static inline size_t ramk_largest_block(const ramk_row_blocks *blocks) {
  return ramk_divide_up(blocks->strips, blocks->count) * blocks->mr;
}

#endif
