// Elementary functions and sums over an implementation's vectors: to be included behind its
// `vector.h`, inside of its target attribute. Where the polynomials come from, and how far they are
// off: Documentation/Numerics.md. They are summed in pairs (Estrin), not one by one: a core waits
// for the longest chain of dependent operations, not for their number.

/// The sum of all lanes, by halves.
VEC_INLINE float vec_sum(vec v) {
  float lanes[VEC_WIDTH];
  vec_store(lanes, v);
#pragma clang loop unroll(full)
  for (int half = VEC_WIDTH / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  return lanes[0];
}

/// The greatest lane.
VEC_INLINE float vec_greatest(vec v) {
  float lanes[VEC_WIDTH];
  vec_store(lanes, v);
#pragma clang loop unroll(full)
  for (int half = VEC_WIDTH / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
    for (int i = 0; i < half; i++)
      lanes[i] = lanes[i] > lanes[i + half] ? lanes[i] : lanes[i + half];
  return lanes[0];
}

/// e^x for x below 88: x = n ln 2 + r, |r| <= ln 2 / 2; e^r = 1 + r + r² q(r); n goes into the
/// exponent. Results that would be denormal are 0; NaN stays NaN.
VEC_INLINE vec vec_exp(vec x) {
  const vec lowest = vec_set(-0x1.5d589ep+6f);  // ln of the least normal number
  const vec shift = vec_set(0x1.8p+23f);        // leaves n in the low bits of a sum
  const vec clamped = vec_max(lowest, x);
  const vec shifted = vec_fma(clamped, vec_set(0x1.715476p+0f), shift);
  const vec n = shifted - shift;
  vec r = vec_fma(n, vec_set(-0x1.63p-1f), clamped);  // 9 bits of ln 2: n times them is exact
  r = vec_fma(n, vec_set(0x1.bd0106p-13f), r);
  const vec r2 = r * r;
  const vec low = vec_fma(vec_set(0x1.555492p-3f), r, vec_set(0x1.fffffcp-2f));
  const vec middle = vec_fma(vec_set(0x1.123a2p-7f), r, vec_set(0x1.5558f2p-5f));
  const vec q = vec_fma(vec_fma(vec_set(0x1.6a23dp-10f), r2, middle), r2, low);
  const vec power = vec_fma(q, r2, r) + vec_set(1);
  const vec_int scaled = (vec_int)power + ((vec_int)shifted << 23);
  return (vec)(scaled & ~(x < lowest));
}

/// e^x for x below 88, off by 2^-13.7 at most, for numbers that are rounded to eight bits next: 2^n times a
/// polynomial of what rounding x / ln 2 to n left over. NaN stays NaN.
VEC_INLINE vec vec_exp_narrow(vec x) {
  const vec clamped = vec_max(vec_set(-0x1.5d589ep+6f), x);  // ln of the least normal number
  const vec shift = vec_set(0x1.8p+23f);  // leaves n in the low bits of a sum
  const vec shifted = vec_fma(clamped, vec_set(0x1.715476p+0f), shift);
  const vec r = vec_fma(clamped, vec_set(0x1.715476p+0f), shift - shifted);
  const vec high = vec_fma(vec_set(0x1.c3f76p-5f), r, vec_set(0x1.f0de1cp-3f));
  const vec low = vec_fma(vec_set(0x1.62f31ap-1f), r, vec_set(0x1.fff692p-1f));
  const vec power = vec_fma(high, r * r, low);
  return (vec)((vec_int)power + ((vec_int)shifted << 23));
}

/// GELU, x Φ(x), as max(x, 0) - |x| Φ(-|x|), which cancels nowhere. For u = |x|, Φ(-u) is
/// e^(-u²/2) t P(t) with t = 1 / (1 + 0.3 u).
VEC_INLINE vec vec_gelu(vec x) {
  const vec u = vec_min(vec_max(x, -x), vec_set(14));  // Φ(-14) is denormal; NaN becomes 14
  const vec t = vec_set(1) / vec_fma(u, vec_set(0.3f), vec_set(1));
  const vec e = vec_exp(u * u * vec_set(-0.5f));
  const vec t2 = t * t;
  vec p = vec_fma(vec_set(-0x1.51c39ap-6f), t, vec_set(0x1.cc5a2ep-4f));
  p = vec_fma(p, t2, vec_fma(vec_set(-0x1.d32824p-3f), t, vec_set(0x1.88767ap-3f)));
  p = vec_fma(p, t2, vec_fma(vec_set(-0x1.44c6e8p-4f), t, vec_set(0x1.898dd4p-4f)));
  p = vec_fma(p, t2, vec_fma(vec_set(0x1.4131c6p-4f), t, vec_set(0x1.c37fdap-4f)));
  p = vec_fma(p, t2, vec_fma(vec_set(0x1.e9c4f2p-4f), t, vec_set(0x1.ea3c8ep-4f)));
  return vec_max(vec_set(0), x) - (u * t) * (p * e);  // a NaN comes back by the maximum
}

/// GELU for numbers that are rounded to eight bits next, off by 2^-15 at most: max(x, 0) - u/2 + s P(z)
/// with u = |x| up to 4.5, s = u², and z = s brought to -1 ... 1.
VEC_INLINE vec vec_gelu_narrow(vec x) {
  const vec u = vec_min(vec_max(x, -x), vec_set(4.5f));
  const vec s = u * u;
  const vec z = vec_fma(s, vec_set(0x1.948b1p-4f), vec_set(-1));
  const vec z2 = z * z;
  vec p = vec_fma(vec_set(-0x1.9a6f6ap-10f), z, vec_set(0x1.31176cp-8f));
  p = vec_fma(p, z2, vec_fma(vec_set(-0x1.b5f706p-8f), z, vec_set(0x1.4c4846p-7f)));
  p = vec_fma(p, z2, vec_fma(vec_set(-0x1.29855ep-6f), z, vec_set(0x1.d4f9a4p-6f)));
  p = vec_fma(p, z2, vec_fma(vec_set(-0x1.4a1a62p-5f), z, vec_set(0x1.bfdf2ep-5f)));
  p = vec_fma(p, z2, vec_fma(vec_set(-0x1.3c24a2p-4f), z, vec_set(0x1.41579p-3f)));
  const vec linear = vec_fma(u, vec_set(-0.5f), vec_max(vec_set(0), x));
  return vec_fma(s, p, linear);  // a NaN comes back by the maximum
}
