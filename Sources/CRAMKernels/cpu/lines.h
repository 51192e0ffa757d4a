// Reading the one-line files of /proc and /sys.

#ifndef RAMK_LINES_H
#define RAMK_LINES_H

#include <stdbool.h>
#include <stdio.h>

enum { RAMK_PATH_BYTES = 4096, RAMK_LINE_BYTES = 2048 };

static inline bool ramk_read_line(const char *path, char *line, size_t bytes) {
  FILE *file = fopen(path, "re");
  if (!file) return false;
  const bool read = fgets(line, (int)bytes, file) != NULL;
  fclose(file);
  return read;
}

static inline bool ramk_read_integer(const char *path, long long *value) {
  char line[RAMK_LINE_BYTES];
  return ramk_read_line(path, line, sizeof line) && sscanf(line, "%lld", value) == 1;
}

#endif
