// Made-up numbers. Plain C, one for all implementations: it runs as fast as memory takes them.
//
// Number i is a function of seed and i alone (SplitMix64: Steele, Lea and Flood, "Fast splittable
// pseudorandom number generators", 2014, whose state only counts), so that threads make the same
// numbers as one would. Each 64 bits give two.

#include "operations/checks.h"
#include "threads/threads.h"

enum { TASK_PAIRS = 1 << 15 };

typedef struct {
  uint64_t seed;
  size_t count;
  float center, magnitude;
  float *out;
} fill_plan;

static uint64_t bits_at(uint64_t seed, uint64_t index) {
  uint64_t z = seed + (index + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// In [-1, 1), of 24 bits: exact in a float, and never subnormal.
static float unit(uint32_t bits) { return (float)((int32_t)bits >> 8) * 0x1p-23f; }

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context, (void)worker;
  const fill_plan *p = user;
  const size_t first = index * TASK_PAIRS;
  const size_t last = ramk_minimum(first + TASK_PAIRS, p->count / 2);
  for (size_t i = first; i < last; i++) {
    const uint64_t bits = bits_at(p->seed, i);
    p->out[2 * i] = p->center + p->magnitude * unit((uint32_t)bits);
    p->out[2 * i + 1] = p->center + p->magnitude * unit((uint32_t)(bits >> 32));
  }
}

ramk_status ramk_fill_uniform(const ramk_context *context, uint64_t seed, float center,
                              float magnitude, size_t count, float *out) {
  if (!context || context->threads == 0 || (count > 0 && !out)) return RAMK_INVALID_ARGUMENT;
  if (count > PTRDIFF_MAX / sizeof(float)) return RAMK_SIZE_OVERFLOW;
  fill_plan plan = {seed, count, center, magnitude, out};
  ramk_parallel_for(context, ramk_divide_up(count / 2, TASK_PAIRS), run_task, &plan);
  if (count % 2 == 1)
    out[count - 1] = center + magnitude * unit((uint32_t)bits_at(seed, count / 2));
  return RAMK_OK;
}
