// What a tile asks for while it multiplies: the lines that its outputs go to, and some of what is read
// soon. All of it at once would take every place that a core has for lines on their way (24 on Zen 5), and
// the tile's own loads would wait behind memory: that took 2 to 9 % more time.

#ifndef RAMK_GEMM_TILE_FETCH_H
#define RAMK_GEMM_TILE_FETCH_H

#include "operations/gemm.h"

typedef struct {
  const char *out;                // the first row of outputs that was not asked for
  size_t out_stride, rows;        // the stride in bytes
  const char *next;
  size_t lines;                   // of `next`, a turn
} ramk_tile_fetch;

static inline ramk_tile_fetch ramk_start_fetching(const ramk_gemm_tile *t) {
  const bool rounds = t->rounded_out;
  return (ramk_tile_fetch){
    .out = rounds ? (const char *)t->rounded_out : (const char *)t->out,
    .out_stride = rounds ? t->rounded_out_stride * sizeof(uint16_t) : t->out_stride * sizeof(float),
    .rows = t->rows, .next = t->next, .lines = t->next_lines,
  };
}

/// Asks for what is due with a turn of the tile's loop. The outputs of a short sum need several rows.
static inline void ramk_fetch_some(ramk_tile_fetch *fetch) {
  enum { ROWS = 3, LINE = 64 };
  const size_t rows = fetch->rows < ROWS ? fetch->rows : ROWS;
  for (size_t i = 0; i < rows; i++, fetch->out += fetch->out_stride) {
    __builtin_prefetch(fetch->out, 1);
    __builtin_prefetch(fetch->out + LINE, 1);
  }
  fetch->rows -= rows;
  for (size_t i = 0; i < fetch->lines; i++, fetch->next += LINE)
    __builtin_prefetch(fetch->next, 0, 2);
}

#endif
