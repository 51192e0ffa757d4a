// Runs kernel functions for another process: see call.h. Every piece of memory that a function gets
// ends, but for its alignment, where a page begins that nobody may touch, and a pattern lies before
// it; a function that reads or writes past the end, or writes anywhere outside, is reported.
//
// Standard input is the socket, standard output the file. Linked at a fixed address, so that what a
// context points to is the same in every server.

#define _GNU_SOURCE

#include "call.h"

#include "CRAMKernels.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SOCKET = 0, EXCHANGE = 1, PAGE = 4096, PATTERN = 0xA5 };

typedef struct {
  unsigned char *mapping, *start, *fence;  // pattern from mapping to start, and up to the fence
  size_t mapped, bytes;
} fenced;

static const struct {
  const void *address;
  const char *name;
} functions[] = {
#define FUNCTION(name) {(const void *)&name, #name},
#include "functions.inc"
#undef FUNCTION
};

static fenced regions[REGIONS];
static call_request request;

_Noreturn static void fail(const char *what) {
  perror(what);
  _exit(70);
}

static size_t page_up(size_t bytes) { return (bytes + PAGE - 1) / PAGE * PAGE; }

// The last place that leaves `bytes` before the fence and has the alignment that the caller's has.
static fenced fence(const call_region *region) {
  const size_t room = page_up(region->bytes + 64) + PAGE;
  fenced f = {.mapped = room + PAGE, .bytes = region->bytes};
  f.mapping = mmap(NULL, f.mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (f.mapping == MAP_FAILED) fail("server: no memory for a call");
  f.fence = f.mapping + room;
  f.start = f.fence - region->bytes;
  f.start -= ((uintptr_t)f.start - region->alignment) % 64;
  if (mprotect(f.fence, PAGE, PROT_NONE) != 0) fail("server: mprotect");
  memset(f.mapping, PATTERN, (size_t)(f.start - f.mapping));
  memset(f.start + f.bytes, PATTERN, (size_t)(f.fence - f.start) - f.bytes);
  if (region->use == REGION_SCRATCH) memset(f.start, PATTERN, f.bytes);
  return f;
}

static void transfer(bool into_memory, unsigned char *memory, size_t bytes, uint64_t place) {
  while (bytes > 0) {
    const ssize_t done = into_memory ? pread(EXCHANGE, memory, bytes, (off_t)place)
                                     : pwrite(EXCHANGE, memory, bytes, (off_t)place);
    if (done <= 0) fail("server: exchange file");
    memory += done;
    place += (uint64_t)done;
    bytes -= (size_t)done;
  }
}

// MARK: - Violations

static void report(char violation[128], size_t region, ptrdiff_t byte, const char *verb) {
  if (byte < 0)
    snprintf(violation, 128, "%s: %s byte %td before region %zu of %zu bytes",
             functions[request.function].name, verb, -byte, region, regions[region].bytes);
  else
    snprintf(violation, 128, "%s: %s byte %td of region %zu, which has %zu",
             functions[request.function].name, verb, byte, region, regions[region].bytes);
}

static void look_for_damage(char violation[128]) {
  for (size_t i = 0; i < request.regions_count; i++) {
    const fenced *f = &regions[i];
    for (unsigned char *p = f->mapping; p < f->fence; p++) {
      if (p == f->start) p += f->bytes;
      if (p == f->fence) break;
      if (*p == PATTERN) continue;
      report(violation, i, p - f->start, "wrote");
      return;
    }
  }
}

// A fence was touched: says so in the call's stead, and ends. The caller starts another server.
static void on_fault(int signal, siginfo_t *info, void *context) {
  (void)context;
  call_reply reply = {0};
  const unsigned char *at = info->si_addr;
  snprintf(reply.violation, sizeof reply.violation, "%s: ended by signal %d at %p",
           functions[request.function].name, signal, info->si_addr);
  for (size_t i = 0; i < request.regions_count; i++) {
    const fenced *f = &regions[i];
    if (at >= f->fence && at < f->fence + PAGE)
      report(reply.violation, i, at - f->start, "touched");
  }
  (void)!write(SOCKET, &reply, sizeof reply);
  _exit(70);
}

static void watch_for_faults(void) {
  static unsigned char stack[64 << 10];
  const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
  const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaltstack(&alternative, NULL);
  for (const int *signal = (const int[]){SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, 0}; *signal;
       signal++)
    sigaction(*signal, &action, NULL);
}

// MARK: - Calls

// The procedure call standard for the 64-bit Arm architecture passes integers and addresses in x0
// to x7 and then in 8 bytes of stack each, and floats in v0 and v1 wherever they stand among them.
// So all functions can be called as if they took twelve words and two floats: what is too much is
// ignored.
typedef uint64_t any_function(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                              uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, float, float);

static uint64_t call(void) {
  any_function *function = (any_function *)functions[request.function].address;
  const uint64_t *w = request.words;
  return function(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10], w[11],
                  request.reals[0], request.reals[1]);
}

static void place_addresses(void) {
  for (size_t i = 0; i < request.addresses_count; i++) {
    const call_address *address = &request.addresses[i];
    unsigned char *to = regions[address->region].start + address->offset;
    void *holder = address->holder == NO_REGION
                     ? (void *)&request.words[address->where]
                     : regions[address->holder].start + address->where;
    memcpy(holder, &to, sizeof to);
  }
}

static void serve(call_reply *reply) {
  for (size_t i = 0; i < VARIABLES; i++) {
    if (*request.variables[i]) setenv(call_variables[i], request.variables[i], 1);
    else unsetenv(call_variables[i]);
  }
  for (size_t i = 0; i < request.regions_count; i++) {
    const call_region *region = &request.regions[i];
    regions[i] = fence(region);
    if (region->use != REGION_SCRATCH)
      transfer(true, regions[i].start, region->bytes, region->place);
  }
  place_addresses();
  reply->result = call();
  look_for_damage(reply->violation);
  for (size_t i = 0; i < request.regions_count; i++) {
    const call_region *region = &request.regions[i];
    if (region->use == REGION_WRITTEN)
      transfer(false, regions[i].start, region->bytes, region->place);
    munmap(regions[i].mapping, regions[i].mapped);
  }
}

int main(void) {
  watch_for_faults();
  while (read(SOCKET, &request, sizeof request) == sizeof request) {
    call_reply reply = {0};
    if (request.function == READ_STRING) {
      const char *text = (const char *)(uintptr_t)request.words[0];
      transfer(false, (unsigned char *)text, strlen(text) + 1, 0);
    } else {
      serve(&reply);
    }
    if (write(SOCKET, &reply, sizeof reply) != sizeof reply) break;
  }
}
