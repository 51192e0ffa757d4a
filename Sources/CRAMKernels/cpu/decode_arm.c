// A 64-bit Arm CPU, read off what Linux tells: instruction sets by the bits of arch/arm64's
// uapi/asm/hwcap.h, names by the register MIDR_EL1, caches by the files of each core.

#include "CRAMKernels.h"
#include "cpu/lines.h"

#include <inttypes.h>
#include <string.h>

enum { HWCAP_ASIMD = 1u << 1, HWCAP_ASIMDDP = 1u << 20 };
enum { HWCAP2_I8MM = 1u << 13, HWCAP2_BF16 = 1u << 14 };

// Of MIDR_EL1: who designed the core, and which of theirs it is (arch/arm64's asm/cputype.h).
static const struct { uint8_t code; const char *vendor; } designers[] = {
  {0x41, "ARM"},      {0x46, "Fujitsu"}, {0x48, "HiSilicon"}, {0x4e, "NVIDIA"}, {0x51, "Qualcomm"},
  {0x61, "Apple"},    {0x6d, "Microsoft"}, {0xc0, "Ampere"},
};

static const struct { uint8_t designer; uint16_t part; const char *name; } parts[] = {
  {0x41, 0xd03, "Cortex-A53"},  {0x41, 0xd05, "Cortex-A55"},  {0x41, 0xd07, "Cortex-A57"},
  {0x41, 0xd08, "Cortex-A72"},  {0x41, 0xd09, "Cortex-A73"},  {0x41, 0xd0a, "Cortex-A75"},
  {0x41, 0xd0b, "Cortex-A76"},  {0x41, 0xd0c, "Neoverse N1"}, {0x41, 0xd0d, "Cortex-A77"},
  {0x41, 0xd40, "Neoverse V1"}, {0x41, 0xd41, "Cortex-A78"},  {0x41, 0xd44, "Cortex-X1"},
  {0x41, 0xd46, "Cortex-A510"}, {0x41, 0xd47, "Cortex-A710"}, {0x41, 0xd48, "Cortex-X2"},
  {0x41, 0xd49, "Neoverse N2"}, {0x41, 0xd4d, "Cortex-A715"}, {0x41, 0xd4e, "Cortex-X3"},
  {0x41, 0xd4f, "Neoverse V2"}, {0x41, 0xd80, "Cortex-A520"}, {0x41, 0xd81, "Cortex-A720"},
  {0x41, 0xd82, "Cortex-X4"},   {0x41, 0xd84, "Neoverse V3"}, {0x41, 0xd8e, "Neoverse N3"},
  {0x46, 0x001, "A64FX"},       {0x48, 0xd01, "Kunpeng 920"}, {0x51, 0x001, "Oryon"},
  {0x61, 0x023, "M1"},          {0x61, 0x033, "M2"},          {0x6d, 0xd49, "Cobalt 100"},
  {0xc0, 0xac3, "AmpereOne"},
};

static void read_names(uint64_t midr, ramk_cpu *cpu) {
  const unsigned designer = (unsigned)(midr >> 24) & 0xff, part = (unsigned)(midr >> 4) & 0xfff;
  for (size_t i = 0; i < sizeof designers / sizeof designers[0]; i++)
    if (designers[i].code == designer) strcpy(cpu->vendor, designers[i].vendor);
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (parts[i].designer == designer && parts[i].part == part) strcpy(cpu->model, parts[i].name);
  if (!*cpu->model) snprintf(cpu->model, sizeof cpu->model, "part 0x%03x", part);
}

/// The folder of the core that Linux holds for the fastest; the first of several.
static unsigned fastest_core(const char *root) {
  enum { MOST_CORES = 1024 };
  unsigned fastest = 0;
  long long most = 0, capacity;
  for (unsigned core = 0; core < MOST_CORES; core++) {
    char path[RAMK_PATH_BYTES];
    snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%u/cpu_capacity", root, core);
    if (!ramk_read_integer(path, &capacity)) break;
    if (capacity > most) {
      most = capacity;
      fastest = core;
    }
  }
  return fastest;
}

static bool read_of_cache(const char *folder, const char *name, char *line, size_t bytes) {
  char path[RAMK_PATH_BYTES + 16];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return ramk_read_line(path, line, bytes);
}

static void read_caches(const char *root, unsigned core, ramk_cpu *cpu) {
  enum { MOST_CACHES = 8 };
  for (unsigned i = 0; i < MOST_CACHES; i++) {
    char folder[RAMK_PATH_BYTES], level[16], type[32], size[32];
    snprintf(folder, sizeof folder, "%s/sys/devices/system/cpu/cpu%u/cache/index%u", root, core, i);
    unsigned kibibytes;
    if (!read_of_cache(folder, "level", level, sizeof level) ||
        !read_of_cache(folder, "type", type, sizeof type) ||
        !read_of_cache(folder, "size", size, sizeof size) || sscanf(size, "%uK", &kibibytes) != 1 ||
        strncmp(type, "Instruction", strlen("Instruction")) == 0)
      continue;
    const uint32_t bytes = kibibytes > UINT32_MAX / 1024 ? UINT32_MAX : kibibytes * 1024;
    if (level[0] == '1') cpu->l1d_bytes = bytes;
    if (level[0] == '2') cpu->l2_bytes = bytes;
    if (level[0] == '3') cpu->l3_bytes = bytes;
  }
}

void ramk_cpu_decode_arm(uint64_t hwcap, uint64_t hwcap2, const char *root, ramk_cpu *cpu) {
  memset(cpu, 0, sizeof *cpu);
  cpu->neon = (hwcap & HWCAP_ASIMD) != 0;
  cpu->neon_dotprod = cpu->neon && (hwcap & HWCAP_ASIMDDP) != 0;
  cpu->neon_i8mm = cpu->neon && (hwcap2 & HWCAP2_I8MM) != 0;
  cpu->neon_bf16 = cpu->neon && (hwcap2 & HWCAP2_BF16) != 0;

  const unsigned core = fastest_core(root);
  char path[RAMK_PATH_BYTES], line[RAMK_LINE_BYTES];
  snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%u/regs/identification/midr_el1", root,
           core);
  uint64_t midr;
  if (ramk_read_line(path, line, sizeof line) && sscanf(line, "%" SCNx64, &midr) == 1)
    read_names(midr, cpu);
  read_caches(root, core, cpu);
}
