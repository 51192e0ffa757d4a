// Physical cores and cgroup quotas, from the files under /sys and /proc. Nothing in here is Linux's
// own, so the tests read a made-up machine's files on any system.

#include "CRAMKernels.h"
#include "cpu/lines.h"

#include <string.h>

// Distinct physical cores among the logical CPUs; each counts as a core where the files don't tell.
static unsigned physical_cores(const char *root, const unsigned *cpus, size_t count) {
  unsigned cores = 0;
  for (size_t i = 0; i < count; i++) {
    // A core counts where its first sibling among `cpus` stands. The kernel writes the siblings as
    // ranges, "0-1" or "0,8".
    char path[RAMK_PATH_BYTES], line[RAMK_LINE_BYTES];
    snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list",
             root, cpus[i]);
    bool first = true;
    if (ramk_read_line(path, line, sizeof line)) {
      for (const char *at = line; first && *at;) {
        unsigned low, high;
        int length = 0;
        if (sscanf(at, "%u%n", &low, &length) != 1) break;
        at += length;
        high = low;
        if (sscanf(at, "-%u%n", &high, &length) == 1) at += length;
        for (size_t j = 0; j < i; j++) first = first && !(cpus[j] >= low && cpus[j] <= high);
        if (*at == ',') at++;
      }
    }
    cores += first;
  }
  return cores;
}

static unsigned whole_cores(long long quota, long long period) {
  if (quota <= 0 || period <= 0) return 0;
  const long long cores = (quota - 1) / period + 1;
  return cores > 1 << 16 ? 1 << 16 : (unsigned)cores;
}

static unsigned tighter(unsigned a, unsigned b) { return a == 0 || (b != 0 && b < a) ? b : a; }

static unsigned quota_of_version_2(const char *directory) {
  char path[RAMK_PATH_BYTES], line[RAMK_LINE_BYTES];
  long long quota, period;
  snprintf(path, sizeof path, "%s/cpu.max", directory);
  if (!ramk_read_line(path, line, sizeof line)) return 0;
  return sscanf(line, "%lld %lld", &quota, &period) == 2 ? whole_cores(quota, period) : 0;
}

static unsigned quota_of_version_1(const char *directory) {
  char path[RAMK_PATH_BYTES];
  long long quota, period;
  snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", directory);
  if (!ramk_read_integer(path, &quota)) return 0;
  snprintf(path, sizeof path, "%s/cpu.cfs_period_us", directory);
  return ramk_read_integer(path, &period) ? whole_cores(quota, period) : 0;
}

// The tightest quota from the process's own group up to `mount`. In a container the group's path
// may be the host's, which isn't there: then only the mount itself answers.
static unsigned quota_above(const char *mount, const char *group,
                            unsigned (*quota_of)(const char *directory)) {
  char directory[RAMK_PATH_BYTES];
  const int length = snprintf(directory, sizeof directory, "%s%s", mount, group);
  if (length < 0 || (size_t)length >= sizeof directory) return quota_of(mount);
  unsigned quota = 0;
  for (;;) {
    quota = tighter(quota, quota_of(directory));
    char *slash = strrchr(directory, '/');
    if (!slash || (size_t)(slash - directory) < strlen(mount)) return quota;
    *slash = 0;
  }
}

static bool names_cpu(const char *controllers) {
  for (const char *at = controllers; at; at = strchr(at, ',')) {
    if (*at == ',') at++;
    if (strncmp(at, "cpu", 3) == 0 && (at[3] == 0 || at[3] == ',')) return true;
  }
  return false;
}

// The cgroup quota (version 1 or 2) in whole cores, rounded up; 0 where there is none.
static unsigned cgroup_quota(const char *root) {
  char path[RAMK_PATH_BYTES], line[RAMK_LINE_BYTES];
  snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  unsigned quota = 0;
  while (fgets(line, sizeof line, file)) {  // "0::/group", or "4:cpu,cpuacct:/group"
    line[strcspn(line, "\n")] = 0;
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group) continue;
    *group++ = 0;
    controllers++;
    if (*controllers == 0) {
      snprintf(path, sizeof path, "%s/sys/fs/cgroup", root);
      quota = tighter(quota, quota_above(path, group, quota_of_version_2));
    } else if (names_cpu(controllers)) {
      snprintf(path, sizeof path, "%s/sys/fs/cgroup/%.1024s", root, controllers);
      quota = tighter(quota, quota_above(path, group, quota_of_version_1));
      snprintf(path, sizeof path, "%s/sys/fs/cgroup/cpu", root);
      quota = tighter(quota, quota_above(path, group, quota_of_version_1));
    }
  }
  fclose(file);
  return quota;
}

unsigned ramk_cpu_usable_cores_under(const char *root, const unsigned *cpus, size_t count) {
  const unsigned cores = tighter(physical_cores(root, cpus, count), cgroup_quota(root));
  return cores > 0 ? cores : 1;
}
