// A tile function for each number of rows, over one that takes the number.

#define RAMK_TILE_CASE(n, multiply, ...) \
  case n:                                \
    if (n <= MR) multiply(n, __VA_ARGS__); \
    break;

/// Calls `multiply` with a number of rows that the compiler knows.
#define RAMK_TILE_ROWS_CALL(rows, ...) \
  _Static_assert(MR <= 14 && NR == 2 * VEC_WIDTH, "a case for each number of rows below"); \
  switch (rows) { \
    RAMK_TILE_CASE(1, __VA_ARGS__) RAMK_TILE_CASE(2, __VA_ARGS__) RAMK_TILE_CASE(3, __VA_ARGS__) \
    RAMK_TILE_CASE(4, __VA_ARGS__) RAMK_TILE_CASE(5, __VA_ARGS__) RAMK_TILE_CASE(6, __VA_ARGS__) \
    RAMK_TILE_CASE(7, __VA_ARGS__) RAMK_TILE_CASE(8, __VA_ARGS__) RAMK_TILE_CASE(9, __VA_ARGS__) \
    RAMK_TILE_CASE(10, __VA_ARGS__) RAMK_TILE_CASE(11, __VA_ARGS__) RAMK_TILE_CASE(12, __VA_ARGS__) \
    RAMK_TILE_CASE(13, __VA_ARGS__) RAMK_TILE_CASE(14, __VA_ARGS__) \
  }
