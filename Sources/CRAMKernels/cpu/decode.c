// An x86 CPU, read off a dump of its CPUID leaves and XCR0. Leaf and bit numbers are those of
// Intel's Software Developer's Manual, volume 2A, and AMD's Architecture Programmer's Manual,
// volume 3.

#include "CRAMKernels.h"

#include <string.h>

// States that the operating system must save before wide registers may be used.
enum {
  XCR0_AVX = 0x6,                // xmm and the upper half of ymm
  XCR0_AVX512 = 0xe6,            // those, mask registers, zmm, and zmm 16 to 31
  XCR0_AMX = 0x60000             // tile configuration and tile data
};

static const ramk_cpuid_leaf *find(const ramk_cpuid_leaf *leaves, size_t count, uint32_t leaf,
                                   uint32_t subleaf) {
  static const ramk_cpuid_leaf absent;
  for (size_t i = 0; i < count; i++)
    if (leaves[i].leaf == leaf && leaves[i].subleaf == subleaf) return &leaves[i];
  return &absent;
}

static bool bit(uint32_t value, unsigned index) { return value >> index & 1; }

// The marketing name is 48 characters over three leaves, padded with blanks on either side.
static void read_model(const ramk_cpuid_leaf *leaves, size_t count, char model[64]) {
  char text[49] = "";
  for (uint32_t i = 0; i < 3; i++) {
    const ramk_cpuid_leaf *part = find(leaves, count, 0x80000002u + i, 0);
    const uint32_t words[4] = {part->eax, part->ebx, part->ecx, part->edx};
    memcpy(text + 16 * i, words, sizeof words);
  }
  const char *start = text;
  while (*start == ' ') start++;
  size_t length = strlen(start);
  while (length > 0 && start[length - 1] == ' ') length--;
  memcpy(model, start, length);
  model[length] = 0;
}

// Leaf 4 (Intel) and leaf 0x8000001d (AMD) list caches in the same form, one a subleaf.
static void read_caches(const ramk_cpuid_leaf *leaves, size_t count, uint32_t leaf, ramk_cpu *cpu) {
  for (size_t i = 0; i < count; i++) {
    const ramk_cpuid_leaf *cache = &leaves[i];
    const uint32_t type = cache->eax & 31, level = cache->eax >> 5 & 7;
    if (cache->leaf != leaf || (type != 1 && type != 3)) continue;  // data, or unified
    const uint64_t ways = (cache->ebx >> 22) + 1, partitions = (cache->ebx >> 12 & 0x3ff) + 1;
    const uint64_t line = (cache->ebx & 0xfff) + 1, sets = (uint64_t)cache->ecx + 1;
    uint64_t bytes;
    const bool huge = __builtin_mul_overflow(ways * partitions * line, sets, &bytes);
    const uint32_t size = huge || bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
    if (level == 1) cpu->l1d_bytes = size;
    if (level == 2) cpu->l2_bytes = size;
    if (level == 3) cpu->l3_bytes = size;
  }
}

void ramk_cpu_decode(const ramk_cpuid_leaf *leaves, size_t count, uint64_t xcr0, ramk_cpu *cpu) {
  memset(cpu, 0, sizeof *cpu);
  const ramk_cpuid_leaf *vendor = find(leaves, count, 0, 0);
  memcpy(cpu->vendor, &vendor->ebx, 4);
  memcpy(cpu->vendor + 4, &vendor->edx, 4);
  memcpy(cpu->vendor + 8, &vendor->ecx, 4);
  read_model(leaves, count, cpu->model);

  const ramk_cpuid_leaf *basic = find(leaves, count, 1, 0);
  const ramk_cpuid_leaf *extended = find(leaves, count, 7, 0);
  const ramk_cpuid_leaf *extended1 = find(leaves, count, 7, 1);
  const bool saves = bit(basic->ecx, 27);  // OSXSAVE: XCR0 means something
  const bool ymm = saves && (xcr0 & XCR0_AVX) == XCR0_AVX && bit(basic->ecx, 28);
  const bool zmm = ymm && (xcr0 & XCR0_AVX512) == XCR0_AVX512;
  const bool tiles = saves && (xcr0 & XCR0_AMX) == XCR0_AMX;

  cpu->avx2 = ymm && bit(extended->ebx, 5);
  cpu->fma = ymm && bit(basic->ecx, 12);
  cpu->f16c = ymm && bit(basic->ecx, 29);
  cpu->avx_vnni = cpu->avx2 && bit(extended1->eax, 4);
  cpu->avx512f = zmm && bit(extended->ebx, 16);
  cpu->avx512dq = cpu->avx512f && bit(extended->ebx, 17);
  cpu->avx512bw = cpu->avx512f && bit(extended->ebx, 30);
  cpu->avx512vl = cpu->avx512f && bit(extended->ebx, 31);
  cpu->avx512_vnni = cpu->avx512f && bit(extended->ecx, 11);
  cpu->avx512_bf16 = cpu->avx512f && bit(extended1->eax, 5);
  // Intel's, measured on Emerald Rapids, start every other cycle: with half the rate of the widened
  // weights' multiply-adds. AMD's start once a cycle on Zen 4, twice on Zen 5.
  cpu->avx512_bf16_fast = cpu->avx512_bf16 && strcmp(cpu->vendor, "AuthenticAMD") == 0;
  cpu->amx_tile = tiles && bit(extended->edx, 24);
  cpu->amx_bf16 = cpu->amx_tile && bit(extended->edx, 22);
  cpu->amx_int8 = cpu->amx_tile && bit(extended->edx, 25);

  read_caches(leaves, count, 4, cpu);
  read_caches(leaves, count, 0x8000001d, cpu);
}
