// For clock_gettime, which C11 alone lacks.
#define _POSIX_C_SOURCE 200809L

#include "CYardsticks.h"

#include <time.h>

double yardstick_core_seconds(void) {
  struct timespec time;
  if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}
