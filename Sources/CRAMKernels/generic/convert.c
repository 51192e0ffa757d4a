// Conversion to float32 in plain C. Elements are read by memcpy, as they need not be aligned, which
// compiles to plain vector loads: all types but half precision run as fast as memory does.

#include "operations/convert.h"

#include <string.h>

static float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint32_t bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Exact for every half. Subnormals are got as a difference to 2⁻¹⁴, which holds also where a host
/// has told the CPU to flush subnormal floats; infinity and NaN keep their fraction.
static float float_of_half(uint16_t half) {
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  const uint32_t magnitude = (uint32_t)(half & 0x7FFF) << 13;
  const uint32_t smallest_normal = 0x38800000;  // 2⁻¹⁴ as a float
  const uint32_t subnormal =
    bits_of_float(float_of_bits(smallest_normal | magnitude) - 0x1p-14f);
  const uint32_t normal = magnitude + ((127u - 15u) << 23);
  const uint32_t special = magnitude | 0x7F800000;
  const uint32_t bits = magnitude < 0x00800000 ? subnormal
                        : magnitude < 0x0F800000 ? normal : special;
  return float_of_bits(sign | bits);
}

/// A half and 8 bits make 19 bits at most, so the products are exact.
static void convert_q8_0(const unsigned char *restrict in, size_t blocks, float *restrict out) {
  for (size_t b = 0; b < blocks; b++) {
    uint16_t half;
    int8_t values[RAMK_Q8_0_BLOCK_ELEMENTS];
    memcpy(&half, in + b * RAMK_Q8_0_BLOCK_BYTES, sizeof half);
    memcpy(values, in + b * RAMK_Q8_0_BLOCK_BYTES + sizeof half, sizeof values);
    const float scale = float_of_half(half);
    for (size_t i = 0; i < RAMK_Q8_0_BLOCK_ELEMENTS; i++)
      out[b * RAMK_Q8_0_BLOCK_ELEMENTS + i] = scale * (float)values[i];
  }
}

#define CONVERT(element, expression)                        \
  for (size_t i = 0; i < count; i++) {                      \
    element value;                                          \
    memcpy(&value, bytes + i * sizeof value, sizeof value); \
    out[i] = (expression);                                  \
  }                                                         \
  break

void ramk_convert_plain(ramk_element_type type, const void *in, size_t count,
                        float *restrict out) {
  const unsigned char *restrict bytes = in;
  switch (type) {
    case RAMK_ELEMENT_FLOAT64: CONVERT(double, (float)value);
    case RAMK_ELEMENT_FLOAT32: CONVERT(float, value);
    case RAMK_ELEMENT_FLOAT16: CONVERT(uint16_t, float_of_half(value));
    case RAMK_ELEMENT_BFLOAT16: CONVERT(uint16_t, float_of_bits((uint32_t)value << 16));
    case RAMK_ELEMENT_INT64: CONVERT(int64_t, (float)value);
    case RAMK_ELEMENT_INT32: CONVERT(int32_t, (float)value);
    case RAMK_ELEMENT_UINT8: CONVERT(uint8_t, (float)value);
    case RAMK_ELEMENT_INT8: CONVERT(int8_t, (float)value);
    case RAMK_ELEMENT_Q8_0: convert_q8_0(bytes, count / RAMK_Q8_0_BLOCK_ELEMENTS, out); break;
  }
}

const ramk_convert_kernel ramk_convert_float32_generic = {.convert = ramk_convert_plain};
