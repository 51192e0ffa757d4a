// Usable cores: a logical CPU that shares a core with another one adds next to nothing to code that
// keeps its multipliers busy, so cores are counted, not logical CPUs.

#if defined(__linux__)
#define _GNU_SOURCE
#endif

#include "CRAMKernels.h"

#if defined(__linux__)

#include <sched.h>

unsigned ramk_cpu_usable_cores(void) {
  cpu_set_t set;
  unsigned cpus[CPU_SETSIZE];
  size_t count = 0;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
      if (CPU_ISSET(cpu, &set)) cpus[count++] = cpu;
  return ramk_cpu_usable_cores_under("", cpus, count);
}

#elif defined(__APPLE__)

#include <sys/sysctl.h>

unsigned ramk_cpu_usable_cores(void) {
  // Performance cores only: an efficiency core would finish its tasks last.
  int cores = 0;
  size_t bytes = sizeof cores;
  if (sysctlbyname("hw.perflevel0.physicalcpu", &cores, &bytes, NULL, 0) != 0 || cores < 1) {
    bytes = sizeof cores;
    if (sysctlbyname("hw.physicalcpu", &cores, &bytes, NULL, 0) != 0) cores = 1;
  }
  return cores > 0 ? (unsigned)cores : 1;
}

#else

unsigned ramk_cpu_usable_cores(void) { return 1; }

#endif
