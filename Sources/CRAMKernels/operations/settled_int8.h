// What sums of bytes stand for: to be included behind `pack_int8.h`.

/// The sums of bytes as floats, by their row's scale and their columns' scales and totals.
VEC_INLINE vec settled(vec_int sum, vec scales, vec_int totals, const row_scale *row) {
  const vec exact = __builtin_convertvector(sum + totals * ROW_OFFSET, vec);
  const vec sums = scales * __builtin_convertvector(totals, vec);
  return vec_fma(exact, vec_set(row->scale) * scales, vec_set(row->least) * sums);
}
