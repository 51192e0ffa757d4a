#ifndef RAMK_ROW_TASKS_H
#define RAMK_ROW_TASKS_H

#include <stddef.h>

/// How many rows make a task of an operation that works row by row: about 16,000 elements, some
/// microseconds, so that neither starting a task nor waiting for the last one costs much.
static inline size_t ramk_rows_of_task(size_t columns) {
  enum { ELEMENTS = 1 << 14 };
  return columns < ELEMENTS ? ELEMENTS / columns : 1;
}

#endif
