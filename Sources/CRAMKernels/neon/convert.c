// Conversion to float32: half precision by FCVTL, and blocks of bytes with a scale, 8 elements at a
// time. In plain C the other types are bound by memory already.

#if defined(__aarch64__)

#include "operations/convert.h"

#include <arm_neon.h>
#include <string.h>

static float32x4_t widen(const uint8_t *halves) {
  return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(halves)));
}

static void convert_q8_0(const uint8_t *in, size_t blocks, float *out) {
  for (size_t b = 0; b < blocks; b++, in += RAMK_Q8_0_BLOCK_BYTES) {
    float16_t half;
    memcpy(&half, in, sizeof half);
    const float scale = half;
    for (size_t i = 0; i < RAMK_Q8_0_BLOCK_ELEMENTS; i += 8, out += 8) {
      const int16x8_t values = vmovl_s8(vreinterpret_s8_u8(vld1_u8(in + sizeof half + i)));
      vst1q_f32(out, vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(values))), scale));
      vst1q_f32(out + 4, vmulq_n_f32(vcvtq_f32_s32(vmovl_high_s16(values)), scale));
    }
  }
}

static void convert(ramk_element_type type, const void *in, size_t count, float *out) {
  size_t done = 0;
  const uint8_t *bytes = in;
  if (type == RAMK_ELEMENT_Q8_0) {
    convert_q8_0(in, count / RAMK_Q8_0_BLOCK_ELEMENTS, out);
    return;
  }
  if (type == RAMK_ELEMENT_FLOAT16) {
    for (; count - done >= 8; done += 8, bytes += 8 * sizeof(uint16_t)) {
      vst1q_f32(out + done, widen(bytes));
      vst1q_f32(out + done + 4, widen(bytes + 4 * sizeof(uint16_t)));
    }
  }
  ramk_convert_plain(type, bytes, count - done, out + done);
}

const ramk_convert_kernel ramk_convert_float32_neon = {.convert = convert};

#endif
