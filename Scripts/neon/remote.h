// Calls of kernel functions that another process runs: begin with REMOTE, add the arguments in
// their order, end with `remote_run`. Memory that an argument reaches is added with its extent,
// gaps between rows included. Extents may be nonsense, where the function is to refuse the call:
// what can't be read isn't sent.

#ifndef REMOTE_H
#define REMOTE_H

#include "call.h"

#include <stdbool.h>
#include <stddef.h>

enum {
#define FUNCTION(name) REMOTE_##name,
#include "functions.inc"
#undef FUNCTION
};

typedef struct {
  call_request request;
  int words, reals;
  uint64_t next;                  // free place in the file
  const char *starts[REGIONS];    // of the regions, in this process
  const char *targets[ADDRESSES]; // what the addresses point to, in this process
} remote_call;

#define REMOTE(name) {.request = {.function = REMOTE_##name}}

void remote_word(remote_call *call, uint64_t word);
void remote_float(remote_call *call, float value);

/// An argument that points to `bytes` bytes; NULL is passed as such. Returns its region.
int remote_pointer(remote_call *call, const void *pointer, size_t bytes, call_region_use use);

/// A member that does, `offset` bytes into the structure of region `holder`. Returns its region.
int remote_member(remote_call *call, int holder, size_t offset, const void *pointer, size_t bytes,
                  call_region_use use);

/// Runs the call and returns what the function did. Where the function touched memory that is not
/// its own, says so on standard error and returns `REMOTE_VIOLATION`, which no function does.
uint64_t remote_run(remote_call *call);

enum { REMOTE_VIOLATION = 99 };

/// Copies memory that may not be readable; false where it isn't.
bool remote_peek(const void *from, void *to, size_t bytes);

/// The text at an address of the other process. Stays valid.
const char *remote_string(uint64_t address);

#endif
