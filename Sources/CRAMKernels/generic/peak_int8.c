// The peak of portable multiply-adds of 32-bit integers.

#include "generic/vector.h"
#include "operations/peak.h"

enum { SUMS = 12 };  // of 16 registers or more

typedef vec_int operand;

VEC_INLINE operand ones(float one) { return (vec_int)vec_set(0) + (int32_t)one; }

// The sum is a factor, so that no product can be moved out of the loop.
VEC_INLINE vec step(vec sum, operand x) { return (vec)((vec_int)sum * x + x); }
VEC_INLINE vec counted(vec sum) { return __builtin_convertvector((vec_int)sum, vec); }

#include "operations/peak_turn.h"

const ramk_peak_kernel ramk_peak_int8_generic = {.turn = turn};
