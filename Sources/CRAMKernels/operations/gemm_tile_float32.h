// What `gemm_tile.h` multiplies in float32.

enum { UNIT = 1 };

typedef float strip_element, panel_element;
typedef vec lanes;

VEC_INLINE lanes load_lanes(const panel_element *x) { return vec_load(x); }
VEC_INLINE vec multiply_add(lanes a, lanes b, vec sum) { return vec_fma(a, b, sum); }
