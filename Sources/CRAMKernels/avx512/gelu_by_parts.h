// GELU from a table: to be included behind `avx512/vector.h`, inside of its target attribute.

// u Φ(-u) in 32 parts, around u = 0, 1/7, 2/7 ...: the coefficients of 1, u and u², a column a part.
static const float parts[3][2 * VEC_WIDTH] __attribute__((aligned(64))) = {
  {
    0, 0x1.24314p-14f, 0x1.41721p-10f, 0x1.8ad856p-8f,
    0x1.2498fep-6f, 0x1.46f2f2p-5f, 0x1.2f92p-4f, 0x1.ed22bcp-4f,
    0x1.693f78p-3f, 0x1.e6d188p-3f, 0x1.31c708p-2f, 0x1.6982f4p-2f,
    0x1.9514d4p-2f, 0x1.b07f94p-2f, 0x1.b9d2d8p-2f, 0x1.b146a6p-2f,
    0x1.98f5aap-2f, 0x1.74569ap-2f, 0x1.479412p-2f, 0x1.16e92ep-2f,
    0x1.cc3994p-3f, 0x1.70552cp-3f, 0x1.1e3a3p-3f, 0x1.b04742p-4f,
    0x1.3d6d4cp-4f, 0x1.c59b9ep-5f, 0x1.3b8996p-5f, 0x1.ab9662p-6f,
    0x1.1a4ff4p-6f, 0x1.6b6828p-7f, 0x1.c82dcep-8f, 0x1.174b4ap-8f,
  },
  {
    0x1.fffba6p-2f, 0x1.fe745cp-2f, 0x1.f3d432p-2f, 0x1.d8ac16p-2f,
    0x1.a8789cp-2f, 0x1.6262fap-2f, 0x1.094ce6p-2f, 0x1.46663cp-3f,
    0x1.c0817p-5f, -0x1.7c02f4p-5f, -0x1.173018p-3f, -0x1.ac2fa6p-3f,
    -0x1.0b4f26p-2f, -0x1.2a2a6ap-2f, -0x1.33f43ap-2f, -0x1.2bc8fap-2f,
    -0x1.15dfd8p-2f, -0x1.eda7c6p-3f, -0x1.a60cf8p-3f, -0x1.5c5fecp-3f,
    -0x1.16457ep-3f, -0x1.aef2eep-4f, -0x1.43efbep-4f, -0x1.d9469cp-5f,
    -0x1.504c62p-5f, -0x1.d13e3cp-6f, -0x1.39786cp-6f, -0x1.9bb098p-7f,
    -0x1.079948p-7f, -0x1.49451p-8f, -0x1.9158a8p-9f, -0x1.dd8216p-10f,
  },
  {
    -0x1.97f53cp-2f, -0x1.8fd45ap-2f, -0x1.77d042p-2f, -0x1.522ca4p-2f,
    -0x1.2229a2p-2f, -0x1.d7749p-3f, -0x1.661426p-3f, -0x1.f014f8p-4f,
    -0x1.27d47cp-4f, -0x1.f3cdap-6f, 0x1.62059cp-9f, 0x1.baa78p-6f,
    0x1.5f57aap-5f, 0x1.a4ce2ap-5f, 0x1.b95a86p-5f, 0x1.a9bd62p-5f,
    0x1.824028p-5f, 0x1.4d9af8p-5f, 0x1.14539cp-5f, 0x1.b91c74p-6f,
    0x1.546568p-6f, 0x1.fd20cp-7f, 0x1.71a582p-7f, 0x1.04e82ep-7f,
    0x1.66711ep-8f, 0x1.dfa758p-9f, 0x1.38d04cp-9f, 0x1.8ded24p-10f,
    0x1.edebdep-11f, 0x1.2b39a2p-11f, 0x1.620684p-12f, 0x1.9922b6p-13f,
  },
};

VEC_INLINE vec coefficient(const float table[2 * VEC_WIDTH], vec_int part) {
  return _mm512_permutex2var_ps(vec_load(table), (__m512i)part, vec_load(table + VEC_WIDTH));
}

/// GELU for numbers that are rounded to eight bits next, off by 2^-15 at most: max(x, 0) - u Φ(-u) for
/// u = |x| up to 4.5. Where one instruction looks 16 numbers up, a polynomial of degree 2 for each part of u
/// takes half of the operations of one of degree 9 for all of it.
VEC_INLINE vec gelu_by_parts(vec x) {
  const vec magnitude = (vec)((vec_int)x & 0x7fffffff);
  const vec u = vec_min(magnitude, vec_set(0x1.1ffffep+2f));  // just below 4.5: NaN, too
  const vec_int part = (vec_int)vec_fma(u, vec_set(7), vec_set(0x1.8p+23f));  // in its low five bits
  const vec slope = vec_fma(coefficient(parts[2], part), u, coefficient(parts[1], part));
  const vec below = vec_fma(slope, u, coefficient(parts[0], part));
  return vec_max(vec_set(0), x) - below;  // a NaN comes back by the maximum
}
