#include "operations/gemm_block.h"

#include "operations/checks.h"

// One chunk of k of a panel's columns.
typedef struct {
  const ramk_gemm_layer *layer;
  const ramk_gemm_block *block;
  size_t j, columns;              // of the block
  size_t k0, depth;
  const char *next;               // the part of a panel that comes next, or NULL
} chunk;

// Where a tile's rounded outputs go.
static uint16_t *rounded_place(const chunk *c, size_t r) {
  const ramk_gemm_kernel *kernel = c->layer->kernel;
  const ramk_rounded_outputs *rounded = &c->block->rounded;
  return rounded->start + r / kernel->mr * rounded->strip + c->j / kernel->nr * rounded->panel;
}

// What is done to a tile's outputs once their sums are whole, while they are in L1.
static void finish(const chunk *c, size_t r, const ramk_gemm_tile *tile) {
  const ramk_gemm_kernel *kernel = c->layer->kernel;
  const ramk_rounded_outputs *rounded = &c->block->rounded;
  if (tile->activation == RAMK_ACTIVATION_GELU && kernel->gelu)
    kernel->gelu(tile->rows, tile->columns, tile->out, tile->out_stride);
  if (rounded->start && !tile->rounded_out)
    rounded->round(tile->rows, tile->columns, tile->out, tile->out_stride, rounded_place(c, r),
                   rounded->row);
}

// All strips of the rows. Meanwhile what comes next is fetched, a part with each tile.
static void run_chunk(const chunk *c, const ramk_gemm_rows *rows) {
  const ramk_gemm_kernel *kernel = c->layer->kernel;
  const ramk_prepared_matrix *weights = c->layer->weights;
  const ramk_gemm_block *block = c->block;
  const bool is_first = c->k0 == 0, is_last = c->k0 + c->depth == weights->k;
  const size_t column = block->first + c->j, place = block->rounded.start ? 0 : c->j;
  const char *panel = ramk_layer_panel(c->layer, column, c->k0);
  const size_t strips = ramk_divide_up(block->rows, kernel->mr);
  enum { LINE = 64 };
  const size_t part = c->next ? ramk_panel_bytes(kernel, c->depth) / strips : 0;
  const size_t turns = ramk_divide_up(c->depth, kernel->turn);
  ramk_gemm_tile tile = {
    .columns = c->columns,
    .bias = is_first ? ramk_behind(c->layer->bias, column) : NULL,
    .add_stride = is_first ? block->residual_stride : block->out_stride,
    .activation = is_last ? c->layer->activation : RAMK_ACTIVATION_NONE,
    .out_stride = block->out_stride,
    .rounded_out_stride = block->rounded.row,
    .next = c->next,
    .next_lines = part > 0 ? ramk_divide_up(part, turns * LINE) : 0,
  };
  const bool rounds = is_last && block->rounded.start && kernel->rounds_tiles &&
                      (tile.activation != RAMK_ACTIVATION_GELU || !kernel->gelu);
  const float *add = is_first ? ramk_behind(block->residual, c->j) : block->out + place;
  for (size_t r = 0; r < block->rows; r += kernel->mr) {
    tile.rows = ramk_minimum(kernel->mr, block->rows - r);
    tile.add = ramk_behind(add, r * tile.add_stride);
    tile.out = block->out + r * block->out_stride + place;
    tile.rounded_out = rounds ? rounded_place(c, r) : NULL;
    ramk_run_tile(kernel, rows, r, c->depth, panel, &tile);
    if (part > 0) tile.next += part;
    if (is_last) finish(c, r, &tile);
  }
}

// Bytes that k steps of packed rows take, chunk by chunk.
static size_t packed_bytes(const ramk_gemm_kernel *kernel, size_t rows, size_t k) {
  const size_t strips = ramk_divide_up(rows, kernel->mr), rest = k % kernel->kc;
  const size_t whole = k / kernel->kc * ramk_strip_bytes(kernel, kernel->kc);
  return strips * (whole + (rest > 0 ? ramk_strip_bytes(kernel, rest) : 0));
}

// Rows from a step on, the first of a chunk.
static ramk_gemm_rows rows_from(const ramk_gemm_kernel *kernel, size_t count,
                                const ramk_gemm_rows *rows, size_t step) {
  ramk_gemm_rows from = *rows;
  if (rows->is_packed) from.packed = (const char *)rows->packed + packed_bytes(kernel, count, step);
  from.x = ramk_behind(rows->x, step);
  from.rounded = rows->rounded ? rows->rounded + step : NULL;
  return from;
}

size_t ramk_packed_rows_floats(const ramk_gemm_kernel *kernel, size_t rows, size_t k) {
  return ramk_divide_up(packed_bytes(kernel, rows, k), sizeof(float));
}

// Whether a strip's rows fall into the same sets of L1, whose ways lie 4 kB apart in most CPUs: rows then drive
// each other out of them.
static bool is_crowded(size_t stride_bytes) {
  enum { WAY = 4096 };
  return stride_bytes % WAY == 0;
}

bool ramk_reads_unpacked(const ramk_gemm_kernel *kernel, size_t stride) {
  return kernel->tile_unpacked && !is_crowded(stride * sizeof(float));
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
  if (k > 0 && ramk_reads_unpacked(kernel, stride)) return (ramk_gemm_rows){.x = x, .stride = stride};
  return ramk_pack_rows(kernel, rows, k, x, stride, packed);
}

void ramk_pack_some_rounded_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                                 size_t first, size_t count, const uint16_t *x, size_t stride,
                                 void *packed) {
  for (size_t k0 = 0; k0 < k; k0 += kernel->kc) {
    const size_t depth = ramk_minimum(kernel->kc, k - k0);
    const void *chunk = (char *)packed + packed_bytes(kernel, rows, k0);
    for (size_t i = first; i < first + count; i += kernel->mr)
      kernel->pack_rounded_strip(ramk_minimum(kernel->mr, first + count - i), depth,
                                 x + i * stride + k0, stride, ramk_strip(kernel, chunk, i, depth));
  }
}

bool ramk_reads_rounded(const ramk_gemm_kernel *kernel, size_t k, size_t stride, size_t columns) {
  enum { FEW = 2048 };
  return kernel->tile_rounded && k % kernel->unit == 0 && columns < FEW &&
         !is_crowded(stride * sizeof(uint16_t));
}

ramk_gemm_rows ramk_take_rounded_rows(const ramk_gemm_kernel *kernel, size_t rows, size_t k,
                                      size_t columns, const uint16_t *x, size_t stride,
                                      void *packed) {
  if (k > 0 && ramk_reads_rounded(kernel, k, stride, columns))
    return (ramk_gemm_rows){.rounded = x, .stride = stride};
  ramk_pack_some_rounded_rows(kernel, rows, k, 0, rows, x, stride, packed);
  return (ramk_gemm_rows){.is_packed = true, .packed = packed};
}

// Steps of k, whole chunks, of which the rows stay in L2 while panels pass by.
static size_t steps_together(const ramk_gemm_kernel *kernel, size_t rows) {
  enum { ROWS_BYTES = 512 << 10 };  // half of a common L2
  const size_t chunks = ROWS_BYTES / (packed_bytes(kernel, rows, kernel->kc) + 1);
  return (chunks > 0 ? chunks : 1) * kernel->kc;
}

// Some chunks of k, panel by panel, so that sums stay in L1 from one chunk to the next; then comes `after`.
static void run_steps(const ramk_gemm_layer *layer, const ramk_gemm_block *block, size_t k0,
                      size_t steps, const ramk_gemm_rows *rows, const char *after) {
  const ramk_gemm_kernel *kernel = layer->kernel;
  for (size_t j = 0; j < block->columns; j += kernel->nr) {
    const size_t column = block->first + j;
    const char *next_column =
      j + kernel->nr < block->columns ? ramk_layer_panel(layer, column + kernel->nr, k0) : after;
    size_t done = 0;
    do {  // once where k is 0: bias, residual and activation are due all the same
      const size_t depth = ramk_minimum(kernel->kc, steps - done);
      const char *next =
        done + depth < steps ? ramk_layer_panel(layer, column, k0 + done + depth) : next_column;
      const chunk c = {layer, block, j, ramk_minimum(kernel->nr, block->columns - j), k0 + done,
                       depth, next};
      const ramk_gemm_rows part = rows_from(kernel, block->rows, rows, done);
      run_chunk(&c, &part);
      done += depth;
    } while (done < steps);
  }
}

void ramk_gemm_run(const ramk_gemm_layer *layer, const ramk_gemm_block *block, size_t k0,
                   size_t steps, ramk_gemm_rows rows) {
  const size_t together =
    block->rounded.start ? steps : steps_together(layer->kernel, block->rows);
  size_t done = 0;
  ramk_begin_tiles(layer->kernel);
  do {
    const size_t some = ramk_minimum(together, steps - done);
    const ramk_gemm_rows part = rows_from(layer->kernel, block->rows, &rows, done);
    const char *after = done + some < steps
                          ? ramk_layer_panel(layer, block->first, k0 + done + some)
                          : block->after;
    run_steps(layer, block, k0 + done, some, &part, after);
    done += some;
  } while (done < steps);
  ramk_end_tiles(layer->kernel);
}
