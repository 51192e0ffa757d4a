// What this machine is: CPUID on x86, hwcaps or sysctl on arm.

#define _GNU_SOURCE  // syscall

#include "CRAMKernels.h"

#include <string.h>

#if defined(__x86_64__) || defined(__i386__)

#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

static uint64_t read_xcr0(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

typedef struct {
  ramk_cpuid_leaf *leaves;
  size_t count, capacity;
} leaf_list;

static ramk_cpuid_leaf ask(leaf_list *list, uint32_t leaf, uint32_t subleaf) {
  ramk_cpuid_leaf answer = {.leaf = leaf, .subleaf = subleaf};
  __cpuid_count(leaf, subleaf, answer.eax, answer.ebx, answer.ecx, answer.edx);
  if (list->count < list->capacity) list->leaves[list->count++] = answer;
  return answer;
}

size_t ramk_cpu_read_leaves(ramk_cpuid_leaf *leaves, size_t capacity, uint64_t *xcr0) {
  enum { CACHES = 8 };  // more than any CPU lists
  leaf_list list = {.leaves = leaves, .capacity = capacity};
  *xcr0 = 0;
  const uint32_t last = ask(&list, 0, 0).eax;
  if (last >= 1 && (ask(&list, 1, 0).ecx >> 27 & 1)) *xcr0 = read_xcr0();
  for (uint32_t i = 0; i < CACHES && last >= 4; i++) ask(&list, 4, i);
  for (uint32_t i = 0; i < 2 && last >= 7; i++) ask(&list, 7, i);

  const uint32_t last_extended = __get_cpuid_max(0x80000000u, NULL);
  for (uint32_t i = 2; i <= 4 && last_extended >= 0x80000004u; i++) ask(&list, 0x80000000u + i, 0);
  for (uint32_t i = 0; i < CACHES && last_extended >= 0x8000001du; i++) ask(&list, 0x8000001du, i);
  return list.count;
}

// Linux gives a process the 8 kB of tile data on request only (Documentation/arch/x86/xstate.rst
// of the kernel). Asking again is harmless.
static bool tiles_are_granted(void) {
#if defined(__linux__)
  enum { ARCH_REQ_XCOMP_PERM = 0x1023, XFEATURE_XTILEDATA = 18 };
  return syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
#else
  return false;
#endif
}

void ramk_cpu_detect(ramk_cpu *cpu) {
  ramk_cpuid_leaf leaves[40];
  uint64_t xcr0;
  const size_t count = ramk_cpu_read_leaves(leaves, sizeof leaves / sizeof leaves[0], &xcr0);
  ramk_cpu_decode(leaves, count, xcr0, cpu);
  if (cpu->amx_tile && !tiles_are_granted()) cpu->amx_tile = cpu->amx_bf16 = cpu->amx_int8 = false;
}

#else

size_t ramk_cpu_read_leaves(ramk_cpuid_leaf *leaves, size_t capacity, uint64_t *xcr0) {
  (void)leaves;
  (void)capacity;
  *xcr0 = 0;
  return 0;
}

#if defined(__APPLE__)

#include <sys/sysctl.h>

// A number of 4 bytes, which fills the lower half, or of 8. 0 where a system does not know the
// name, as older ones don't know newer instructions'.
static uint64_t read_number(const char *name) {
  uint64_t value = 0;
  size_t bytes = sizeof value;
  return sysctlbyname(name, &value, &bytes, NULL, 0) == 0 ? value : 0;
}

static uint32_t read_bytes(const char *of_fast_cores, const char *of_any) {
  uint64_t bytes = read_number(of_fast_cores);
  if (bytes == 0) bytes = read_number(of_any);
  return bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
}

void ramk_cpu_detect(ramk_cpu *cpu) {
  memset(cpu, 0, sizeof *cpu);
  strcpy(cpu->vendor, "Apple");
  size_t bytes = sizeof cpu->model;
  if (sysctlbyname("machdep.cpu.brand_string", cpu->model, &bytes, NULL, 0) != 0)
    cpu->model[0] = 0;
  cpu->neon = true;
  cpu->neon_bf16 = read_number("hw.optional.arm.FEAT_BF16") != 0;
  cpu->neon_i8mm = read_number("hw.optional.arm.FEAT_I8MM") != 0;
  cpu->neon_dotprod = read_number("hw.optional.arm.FEAT_DotProd") != 0;
  cpu->l1d_bytes = read_bytes("hw.perflevel0.l1dcachesize", "hw.l1dcachesize");
  cpu->l2_bytes = read_bytes("hw.perflevel0.l2cachesize", "hw.l2cachesize");
  cpu->l3_bytes = read_bytes("hw.perflevel0.l3cachesize", "hw.l3cachesize");
}

#elif defined(__aarch64__) && defined(__linux__)

#include <sys/auxv.h>

void ramk_cpu_detect(ramk_cpu *cpu) {
  ramk_cpu_decode_arm(getauxval(AT_HWCAP), getauxval(AT_HWCAP2), "", cpu);
}

#else

void ramk_cpu_detect(ramk_cpu *cpu) { memset(cpu, 0, sizeof *cpu); }

#endif
#endif
