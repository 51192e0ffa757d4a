// Strips whose rows are cut into lines of 64 bytes, a line of each row behind the other. To be included
// behind `blocking.h`, where these are defined:
//   UNIT               steps of k that are multiplied together
//   row_unit           UNIT steps of one row, 4 bytes

enum { LINE = 64 / sizeof(row_unit), LINE_STEPS = LINE * UNIT };

/// The line of row `row` of a strip that step `p` is in, the first of the line.
VEC_INLINE row_unit *line_of(void *strip, size_t row, size_t p) {
  return (row_unit *)strip + (p / LINE_STEPS * MR + row) * LINE;
}

/// What lies behind a strip of k steps.
VEC_INLINE void *end_of_strip(void *strip, size_t k) {
  return (row_unit *)strip + ramk_divide_up(k, LINE_STEPS) * MR * LINE;
}
