// What `peak_turn.h` steps with in float32, and in bfloat16 where that is widened to float32. The sum
// is a factor, so that no product can be moved out of the loop.

typedef vec operand;

VEC_INLINE operand ones(float one) { return vec_set(one); }
VEC_INLINE vec step(vec sum, operand x) { return vec_fma(sum, x, x); }
VEC_INLINE vec counted(vec sum) { return sum; }
