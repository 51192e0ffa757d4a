// How many cores a process may use, told by the files of a Linux system.

#ifndef RAMK_CORES_H
#define RAMK_CORES_H

#include <stddef.h>

/// Distinct physical cores among the logical CPUs `cpus`, as the files under `root` (normally "")
/// tell; each logical CPU counts as a core where they don't.
unsigned ramk_physical_cores(const char *root, const unsigned *cpus, size_t count);

/// The cgroup quota (version 1 or 2) in whole cores, rounded up; 0 where there is none.
unsigned ramk_cgroup_quota(const char *root);

#endif
