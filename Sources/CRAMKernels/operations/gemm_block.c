#include "operations/gemm_block.h"

#include "operations/checks.h"

// Asks for `bytes` of memory to be in L2 by the time that they are read.
static void fetch(const char *memory, size_t bytes) {
  enum { LINE = 64 };
  for (size_t byte = 0; byte < bytes; byte += LINE) __builtin_prefetch(memory + byte, 0, 2);
}

// One chunk of k of a block.
typedef struct {
  const ramk_gemm_layer *layer;
  const ramk_gemm_block *block;
  size_t k0, depth;
  ramk_gemm_rows rows;
} chunk;

// Whether panels are fetched ahead of their first tile, which would wait for L3 or memory. Smaller
// weights are in L2 for all tasks but a thread's first, and asking for them costs some 3 %.
static bool fetches_panels(const ramk_gemm_layer *layer) {
  enum { SMALL = 2 << 20 };
  return layer->weights->n * layer->weights->k * layer->kernel->panel_bytes > SMALL;
}

// A panel's columns, from the block's column j on, for all strips of the rows. Meanwhile the next
// panel is fetched, a part with each tile.
static void run_panel(const chunk *c, size_t j) {
  const ramk_gemm_kernel *kernel = c->layer->kernel;
  const ramk_prepared_matrix *weights = c->layer->weights;
  const ramk_gemm_block *block = c->block;
  const bool is_first = c->k0 == 0, is_last = c->k0 + c->depth == weights->k;
  const ramk_activation activation = is_last ? c->layer->activation : RAMK_ACTIVATION_NONE;
  const size_t column = block->first + j;
  const size_t columns = ramk_minimum(kernel->nr, block->columns - j);
  const char *panel = ramk_panel(kernel, weights + 1, column, weights->k, c->k0);
  const char *next = ramk_panel(kernel, weights + 1, column + kernel->nr, weights->k, c->k0);
  const size_t bytes = ramk_panel_bytes(kernel, c->depth);
  const bool fetches = column + columns < weights->n && fetches_panels(c->layer);
  const size_t part = fetches ? bytes / ramk_divide_up(block->rows, kernel->mr) : 0;
  ramk_gemm_tile tile = {
    .columns = columns,
    .bias = is_first ? ramk_behind(c->layer->bias, column) : NULL,
    .add_stride = is_first ? block->residual_stride : block->out_stride,
    .activation = activation,
    .out_stride = block->out_stride,
  };
  const float *add = is_first ? block->residual : block->out;
  for (size_t r = 0; r < block->rows; r += kernel->mr, next += part) {
    fetch(next, part);
    tile.rows = ramk_minimum(kernel->mr, block->rows - r);
    tile.add = ramk_behind(add, r * tile.add_stride + j);
    tile.out = block->out + r * block->out_stride + j;
    ramk_run_tile(kernel, &c->rows, r, c->depth, panel, &tile);
    if (activation == RAMK_ACTIVATION_GELU)
      kernel->gelu(tile.rows, columns, tile.out, tile.out_stride);
  }
}

void ramk_gemm_chunk(const ramk_gemm_layer *layer, const ramk_gemm_block *block, size_t k0,
                     size_t depth, ramk_gemm_rows rows) {
  const chunk c = {layer, block, k0, depth, rows};
  for (size_t j = 0; j < block->columns; j += layer->kernel->nr) run_panel(&c, j);
}

// Bytes that k steps of packed rows take, chunk by chunk.
static size_t packed_bytes(const ramk_gemm_kernel *kernel, size_t rows, size_t k) {
  const size_t strips = ramk_divide_up(rows, kernel->mr), rest = k % kernel->kc;
  const size_t whole = k / kernel->kc * ramk_strip_bytes(kernel, kernel->kc);
  return strips * (whole + (rest > 0 ? ramk_strip_bytes(kernel, rest) : 0));
}

size_t ramk_packed_rows_floats(const ramk_gemm_kernel *kernel, size_t rows, size_t k) {
  return ramk_divide_up(packed_bytes(kernel, rows, k), sizeof(float));
}

// Whether rows can be read where they lie. At strides of whole kilobytes a strip's rows share a
// quarter of L1's sets or less, and drive each other out of them.
static bool reads_unpacked(const ramk_gemm_kernel *kernel, size_t stride) {
  enum { KILOBYTE = 1024 / sizeof(float) };
  return kernel->tile_unpacked && stride % KILOBYTE != 0;
}

void ramk_pack_some_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k, size_t first,
                         size_t count, const float *x, size_t stride, void *packed) {
  for (size_t k0 = 0; k0 < k; k0 += kernel->kc) {
    const size_t depth = ramk_minimum(kernel->kc, k - k0);
    const void *chunk = (char *)packed + packed_bytes(kernel, rows, k0);
    kernel->pack_strips(count, depth, x + first * stride + k0, stride,
                        ramk_strip(kernel, chunk, first, depth));
  }
}

ramk_gemm_rows ramk_pack_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                              const float *x, size_t stride, void *packed) {
  ramk_pack_some_rows(kernel, rows, k, 0, rows, x, stride, packed);
  return (ramk_gemm_rows){.is_packed = true, .packed = packed};
}

ramk_gemm_rows ramk_take_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                              const float *x, size_t stride, void *packed) {
  if (k > 0 && reads_unpacked(kernel, stride)) return (ramk_gemm_rows){.x = x, .stride = stride};
  return ramk_pack_rows(kernel, rows, k, x, stride, packed);
}

void ramk_gemm_run(const ramk_gemm_layer *layer, const ramk_gemm_block *block,
                   ramk_gemm_rows rows) {
  const ramk_gemm_kernel *kernel = layer->kernel;
  const size_t k = layer->weights->k;
  size_t k0 = 0;
  do {  // once where k is 0: bias, residual and activation are due all the same
    const size_t depth = ramk_minimum(kernel->kc, k - k0);
    ramk_gemm_rows part = rows;
    if (rows.is_packed && k > 0)
      part.packed = (const char *)rows.packed + packed_bytes(kernel, block->rows, k0);
    part.x = ramk_behind(rows.x, k0);
    ramk_gemm_chunk(layer, block, k0, depth, part);
    k0 += depth;
  } while (k0 < k);
}
