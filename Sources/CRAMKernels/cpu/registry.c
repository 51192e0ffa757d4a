// The registry: which kernels exist, which this CPU can run, which serve a context, and why.

#include "CRAMKernels.h"
#include "operations/kernels.h"

#include <stdlib.h>
#include <string.h>

// Kernels for another architecture are listed all the same, without an address.
#define RAMK_ADDRESS_GENERIC(symbol) &symbol
#define RAMK_ADDRESS_AMX_EMULATED(symbol) &symbol
#if defined(__x86_64__)
#define RAMK_ADDRESS_AVX2(symbol) &symbol
#define RAMK_ADDRESS_AVX512(symbol) &symbol
#define RAMK_ADDRESS_AMX(symbol) &symbol
#else
#define RAMK_ADDRESS_AVX2(symbol) NULL
#define RAMK_ADDRESS_AVX512(symbol) NULL
#define RAMK_ADDRESS_AMX(symbol) NULL
#endif
#if defined(__aarch64__)
#define RAMK_ADDRESS_NEON(symbol) &symbol
#else
#define RAMK_ADDRESS_NEON(symbol) NULL
#endif

typedef struct {
  ramk_operation operation;
  ramk_precision precision;
  ramk_implementation implementation;
  const char *needs, *symbol;
  const void *kernel;             // NULL: not in this build
} registered_kernel;

static const registered_kernel registry[] = {
#define RAMK_KERNEL(operation, precision, implementation, needs, symbol) \
  {RAMK_OPERATION_##operation, RAMK_##precision, RAMK_##implementation, needs, #symbol, \
   RAMK_ADDRESS_##implementation(symbol)},
#include "operations/kernels.inc"
#undef RAMK_KERNEL
};

enum { KERNELS = sizeof registry / sizeof registry[0] };

#define RAMK_OPERATION_NAME(name) #name,
static const char *const operation_names[RAMK_OPERATION_COUNT] = {
  RAMK_OPERATIONS(RAMK_OPERATION_NAME)};
#undef RAMK_OPERATION_NAME

static bool has(const ramk_cpu *cpu, const char *word, size_t length) {
  bool present;
  const char *feature;
  for (size_t i = 0; (feature = ramk_cpu_feature(cpu, i, &present)); i++)
    if (strlen(feature) == length && strncmp(feature, word, length) == 0) return present;
  return false;
}

// Writes the words of `needs` that a CPU lacks, as far as they fit, and returns whether there are
// any.
static bool list_lacking(const ramk_cpu *cpu, const char *needs, char *lacks, size_t capacity) {
  bool any = false;
  size_t used = 0;
  while (*needs) {
    const size_t length = strcspn(needs, " ");
    if (!has(cpu, needs, length)) {
      any = true;
      if (used + length + 2 <= capacity) {
        if (used > 0) lacks[used++] = ' ';
        memcpy(lacks + used, needs, length);
        used += length;
      }
    }
    needs += length;
    needs += strspn(needs, " ");
  }
  if (capacity > 0) lacks[used] = 0;
  return any;
}

static bool runnable(const registered_kernel *kernel, const ramk_cpu *cpu) {
  return kernel->kernel && !list_lacking(cpu, kernel->needs, NULL, 0);
}

enum { MOST_THREADS = 1024 };

// OpenMP's own variable is OpenMP's to judge: of a list the first number, and what is none of our
// business is passed over.
static unsigned threads_for_openmp(void) {
  const char *text = getenv("OMP_NUM_THREADS");
  if (!text || *text < '0' || *text > '9') return 0;
  const unsigned long threads = strtoul(text, NULL, 10);
  return threads < MOST_THREADS ? (unsigned)threads : MOST_THREADS;
}

// How many threads, where the caller leaves it open. What `RAMKIT_NUM_THREADS` says is meant for us, so
// anything that can't be meant is an error.
static ramk_status default_threads(unsigned *threads) {
  const char *text = getenv("RAMKIT_NUM_THREADS");
  if (text && *text) {
    const size_t digits = strspn(text, "0123456789");
    const unsigned long wanted = digits <= 4 ? strtoul(text, NULL, 10) : 0;
    if (text[digits] || wanted < 1 || wanted > MOST_THREADS) return RAMK_INVALID_THREAD_COUNT;
    *threads = (unsigned)wanted;
    return RAMK_OK;
  }
  *threads = threads_for_openmp();
  if (*threads == 0) *threads = ramk_cpu_usable_cores();
  return RAMK_OK;
}

ramk_status ramk_context_init_for_cpu(ramk_context *context, const ramk_cpu *cpu,
                                      ramk_implementation implementation, unsigned threads) {
  if (!context || !cpu || (unsigned)implementation >= RAMK_IMPLEMENTATION_COUNT)
    return RAMK_INVALID_ARGUMENT;
  if (threads == 0) {
    const ramk_status status = default_threads(&threads);
    if (status != RAMK_OK) return status;
  }
  ramk_cpu this_cpu;
  ramk_cpu_detect(&this_cpu);
  this_cpu.avx512_bf16_fast = this_cpu.avx512_bf16;  // slow ones can be had where asked for
  memset(context, 0, sizeof *context);
  context->cpu = *cpu;
  context->threads = threads < MOST_THREADS ? threads : MOST_THREADS;

  bool any = false;  // of this very implementation
  for (size_t i = 0; i < KERNELS; i++) {
    const registered_kernel *kernel = &registry[i];
    if (kernel->implementation > implementation || !runnable(kernel, cpu) ||
        !runnable(kernel, &this_cpu))
      continue;
    any = any || kernel->implementation == implementation;
    const void **place = &context->kernels[kernel->precision][kernel->operation];
    uint8_t *serving = &context->serving[kernel->precision][kernel->operation];
    if (*place && *serving > kernel->implementation) continue;
    *place = kernel->kernel;
    *serving = (uint8_t)kernel->implementation;
  }
  if (any) return RAMK_OK;
  memset(context, 0, sizeof *context);
  return RAMK_IMPLEMENTATION_UNAVAILABLE;
}

ramk_status ramk_context_init_forced(ramk_context *context, ramk_implementation implementation,
                                     unsigned threads) {
  ramk_cpu cpu;
  ramk_cpu_detect(&cpu);
  return ramk_context_init_for_cpu(context, &cpu, implementation, threads);
}

ramk_status ramk_context_init(ramk_context *context, unsigned threads) {
  if (!context) return RAMK_INVALID_ARGUMENT;
  const char *forced = getenv("RAMKIT_FORCE_IMPLEMENTATION");
  if (forced && *forced) {
    ramk_implementation implementation;
    const ramk_status status = ramk_implementation_named(forced, &implementation);
    return status == RAMK_OK ? ramk_context_init_forced(context, implementation, threads) : status;
  }
  ramk_status status = RAMK_IMPLEMENTATION_UNAVAILABLE;
  // Emulated ones serve only if asked for.
  for (int best = RAMK_NEON; best >= 0 && status == RAMK_IMPLEMENTATION_UNAVAILABLE; best--)
    status = ramk_context_init_forced(context, (ramk_implementation)best, threads);
  return status;
}

size_t ramk_kernel_count(void) { return KERNELS; }

ramk_status ramk_kernel_describe(const ramk_context *context, size_t index,
                                 ramk_kernel_description *description) {
  if (!context || !description || index >= KERNELS) return RAMK_INVALID_ARGUMENT;
  const registered_kernel *kernel = &registry[index];
  const bool can_run = runnable(kernel, &context->cpu);
  const bool serves = context->kernels[kernel->precision][kernel->operation] == kernel->kernel;
  const ramk_implementation serving =
    (ramk_implementation)context->serving[kernel->precision][kernel->operation];
  const char *why;
  if (!kernel->kernel) why = "written for another architecture than this build's";
  else if (!can_run) why = "this CPU, or its operating system, lacks what the kernel needs";
  else if (serves) why = "the best of those that this CPU can run";
  else if (serving > kernel->implementation) why = "a better one serves";
  else if (serving == kernel->implementation) why = "a better variant of it serves";
  else why = "above the implementation that was forced";
  *description = (ramk_kernel_description){
    .operation = operation_names[kernel->operation],
    .precision = kernel->precision,
    .implementation = kernel->implementation,
    .symbol = kernel->symbol,
    .needs = kernel->needs,
    .built = kernel->kernel != NULL,
    .runnable = can_run,
    .serving = kernel->kernel && serves,
    .why = why,
  };
  list_lacking(&context->cpu, kernel->needs, description->lacks, sizeof description->lacks);
  return RAMK_OK;
}
