// A strip of floats for `gemm_tile.h` on CPUs that load a float into every lane at the cost of a load:
// its rows stay in memory. To be included behind `gemm_tile_float32.h` or `gemm_tile_bfloat16.h`.

typedef const strip_element *strip_rows;

VEC_INLINE strip_rows load_strip(const strip_element *x) { return x; }
VEC_INLINE lanes spread(strip_rows rows, size_t i) { return vec_set(rows[i]); }
