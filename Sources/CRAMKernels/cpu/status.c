#include "CRAMKernels.h"

const char *ramk_status_description(ramk_status status) {
  switch (status) {
    case RAMK_OK: return "success";
    case RAMK_INVALID_ARGUMENT: return "an argument is null, or sizes and strides do not fit";
    case RAMK_SIZE_OVERFLOW: return "sizes whose product does not fit the address space";
    case RAMK_WORKSPACE_TOO_SMALL: return "the scratch memory is smaller than the call needs";
    case RAMK_NOT_PREPARED: return "the weights are not prepared for this implementation";
    case RAMK_UNKNOWN_IMPLEMENTATION: return "no implementation has that name";
    case RAMK_IMPLEMENTATION_UNAVAILABLE:
      return "this CPU or this build can't run that implementation";
    case RAMK_INVALID_THREAD_COUNT: return "RAMKIT_NUM_THREADS is no whole number in 1...1024";
  }
  return "unknown status";
}
