// A turn of the peak over an implementation's vectors. Operands are ones, so the sums count the
// multiply-adds by themselves: none can be left out unseen.
//
// To be included behind `vector.h`, inside of its target attribute, where these are defined:
//   SUMS             sums in registers: at least the instruction's latency times its ports
//   operand          what a sum is multiplied with, and added to
//   ones(one)        an operand of ones
//   step(sum, ones)  one multiply-add in each lane, or one for each number that a lane holds
//   counted(sum)     the sum as floats

enum { STEPS = 1 << 13 };

static uint64_t turn(void) {
  volatile float unknown = 1;  // to the compiler
  const operand x = ones(unknown);
  vec sums[SUMS];
#pragma clang loop unroll(full)
  for (int i = 0; i < SUMS; i++) sums[i] = vec_set(0);
  for (int s = 0; s < STEPS; s++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < SUMS; i++) sums[i] = step(sums[i], x);
  }
  float lanes[SUMS * VEC_WIDTH];
#pragma clang loop unroll(full)
  for (int i = 0; i < SUMS; i++) vec_store(lanes + i * VEC_WIDTH, counted(sums[i]));
  uint64_t count = 0;
  for (int i = 0; i < SUMS * VEC_WIDTH; i++) count += (uint32_t)lanes[i];
  return count;
}
