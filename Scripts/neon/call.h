// One call of a kernel function, as it travels from the process that makes it to the one that runs
// it. Both are 64-bit and little-endian, and lay structures out alike, so everything but addresses
// is sent as it lies in memory.
//
// Memory that a call reaches is cut into regions. Their bytes go through a file that both processes
// have open; what is in here goes through a socket.

#ifndef CALL_H
#define CALL_H

#include <stdint.h>

enum {
  WORDS = 12,                     // arguments of a function that are integers or addresses
  REALS = 2,                      // those that are floats
  REGIONS = 24,
  ADDRESSES = 32,                 // arguments and members of structures that point into regions
  VARIABLES = 3,
  VARIABLE_BYTES = 64,
  NO_REGION = -1,                 // of an address: it is itself one of the words
  READ_STRING = -1                // of a call: puts the text at words[0] into the file
};

/// Environment variables that the kernels look at.
static const char *const call_variables[VARIABLES] = {
  "RAMKIT_FORCE_IMPLEMENTATION", "RAMKIT_NUM_THREADS", "OMP_NUM_THREADS",
};

typedef enum {
  REGION_READ,                    // its bytes are sent
  REGION_WRITTEN,                 // its bytes are sent and brought back
  REGION_SCRATCH                  // neither
} call_region_use;

typedef struct {
  uint64_t bytes;
  uint64_t place;                 // in the file
  uint32_t alignment;             // its address modulo 64
  uint32_t use;                   // a call_region_use
} call_region;

typedef struct {
  int32_t holder;                 // the region that holds the address, or NO_REGION
  int32_t region;                 // the one that it points into
  uint64_t where;                 // bytes from the holder's start, or which word
  uint64_t offset;                // bytes from the region's start
} call_address;

typedef struct {
  int32_t function;               // of functions.inc
  uint32_t regions_count, addresses_count;
  float reals[REALS];
  uint64_t words[WORDS];
  call_region regions[REGIONS];
  call_address addresses[ADDRESSES];
  char variables[VARIABLES][VARIABLE_BYTES];  // "" where unset
} call_request;

typedef struct {
  uint64_t result;                // what the function returned
  char violation[128];            // what it did to memory that is not its own; "" for nothing
} call_reply;

#endif
