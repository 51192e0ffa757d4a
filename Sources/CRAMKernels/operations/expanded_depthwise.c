// A product and a depthwise convolution over it, without the map in between, the largest of a network
// of inverted bottlenecks (12 MB at 352 pixels):
//
//   for each task, some rows of the output x a block of channels:
//     the rows of the expanded map that it needs           (stay in L2)
//     the filters over them
//
// Rows at the border of two tasks are computed for each of them, so rows are shared out only where
// they are too many for L2, or the blocks of channels too few for the threads.

#include "operations/checks.h"
#include "operations/gemm_block.h"
#include "operations/kernels.h"
#include "operations/scratch.h"
#include "threads/threads.h"

enum {
  EXPANDED_BYTES = 384 << 10,     // of a task's rows: most of a small L2
  TASKS_A_THREAD = 6,             // at least, so that none waits long for the last one
  MOST_PANELS = 2,                // of a task: narrower blocks read x more often
};

typedef struct {
  const ramk_expanded_depthwise_arguments *arguments;
  ramk_gemm_layer expansion;
  const ramk_depthwise_convolution_kernel *filter;
  size_t rows, bands;             // of a task; of an image
  size_t channels, blocks;        // of a task; of the map
  size_t expanded, packed;        // places in a worker's scratch memory
  size_t worker_floats;
  void *workspace;
} plan;

// Rows of the expanded map that `rows` rows of the output need, at most.
static size_t needed_rows(const ramk_depthwise_convolution_arguments *f, size_t rows) {
  return ramk_minimum((rows - 1) * f->stride + f->kernel, f->height);
}

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const plan *p = user;
  const ramk_expanded_depthwise_arguments *a = p->arguments;
  const ramk_depthwise_convolution_arguments *f = &a->filters;
  const size_t channel = index % p->blocks * p->channels;
  const size_t channels = ramk_minimum(p->channels, f->channels - channel);
  const size_t image = index / p->blocks / p->bands;
  const size_t top = index / p->blocks % p->bands * p->rows;
  const size_t bottom = ramk_minimum(top + p->rows, f->out_height);
  float *scratch = ramk_scratch(p->workspace, p->worker_floats, worker);

  const size_t reach = (bottom - 1) * f->stride + f->kernel;  // below the last row, padding included
  const size_t last = reach > f->pad_top ? ramk_minimum(reach - f->pad_top, f->height) : 0;
  const size_t start = top * f->stride > f->pad_top ? top * f->stride - f->pad_top : 0;
  const size_t first = ramk_minimum(start, last);
  const size_t pixels = (last - first) * f->width;
  if (pixels > 0) {
    const float *x =
      ramk_behind(a->x, (image * f->height + first) * f->width * a->inputs);
    const ramk_gemm_block block = {
      .rows = pixels, .first = channel, .columns = channels,
      .out = scratch + p->expanded, .out_stride = channels,
    };
    ramk_gemm_run(&p->expansion, &block, 0, a->inputs,
                  ramk_take_rows(p->expansion.kernel, pixels, a->inputs, x, a->inputs,
                                 scratch + p->packed));
  }
  const ramk_depthwise_map map = {scratch + p->expanded, first, channels};
  for (size_t y = top; y < bottom; y++)
    ramk_depthwise_run_row(p->filter, f, image, y, channel, channels, &map);
}

static void choose_blocks(plan *p, unsigned threads) {
  const ramk_depthwise_convolution_arguments *f = &p->arguments->filters;
  const size_t nr = p->expansion.kernel->nr;
  const size_t all = ramk_divide_up(f->channels, nr);
  const size_t wanted = threads == 1 ? 1 : TASKS_A_THREAD * (size_t)threads;
  size_t panels = ramk_minimum(MOST_PANELS, all);
  p->rows = f->out_height;
  for (;;) {
    p->bands = ramk_divide_up(f->out_height, p->rows);
    p->blocks = ramk_divide_up(all, panels);
    const size_t pixels = needed_rows(f, p->rows) * f->width;
    const bool fits = pixels <= EXPANDED_BYTES / sizeof(float) / (panels * nr);
    const bool enough = f->batch * p->bands * p->blocks >= wanted;
    if (panels > 1 && !(fits && enough)) panels = 1;
    else if (p->rows > 1 && (!fits || (!enough && p->rows > 2 * f->kernel)))
      p->rows = ramk_divide_up(p->rows, 2);
    else break;
  }
  p->rows = ramk_divide_up(f->out_height, p->bands);
  p->bands = ramk_divide_up(f->out_height, p->rows);
  p->channels = panels * nr;
}

static bool lay_out(plan *p) {
  const ramk_depthwise_convolution_arguments *f = &p->arguments->filters;
  const ramk_gemm_kernel *kernel = p->expansion.kernel;
  const size_t inputs = p->arguments->inputs;
  size_t pixels;
  if (!ramk_multiply(needed_rows(f, p->rows), f->width, &pixels) ||
      pixels > PTRDIFF_MAX / 256 / (inputs + 1))
    return false;
  ramk_scratch_layout layout = {0};
  p->expanded = ramk_scratch_part(&layout, pixels, p->channels);
  p->packed = ramk_scratch_part(&layout, 1, ramk_packed_rows_floats(kernel, pixels, inputs));
  p->worker_floats = layout.floats;
  return !layout.overflow;
}

static ramk_status plan_for(const ramk_context *context, ramk_precision precision,
                            const ramk_expanded_depthwise_arguments *a, plan *p) {
  const ramk_prepared_matrix *weights;
  if (!a || (unsigned)a->activation > RAMK_ACTIVATION_GELU) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_prepared_matrix_check(context, precision, a->expansion, &weights));
  if (weights->n != a->filters.channels || weights->k != a->inputs) return RAMK_INVALID_ARGUMENT;
  RAMK_TRY(ramk_depthwise_check(&a->filters));
  *p = (plan){
    .arguments = a,
    .expansion = {RAMK_KERNEL_OF(context, precision, gemm), weights, a->bias, a->activation},
    .filter = RAMK_KERNEL_OF(context, RAMK_FLOAT32, depthwise_convolution),
  };
  return p->filter ? RAMK_OK : RAMK_IMPLEMENTATION_UNAVAILABLE;
}

static bool is_empty(const ramk_depthwise_convolution_arguments *f) {
  return f->batch == 0 || f->out_height == 0 || f->out_width == 0 || f->channels == 0;
}

size_t ramk_expanded_depthwise_workspace_size(const ramk_context *context,
                                              ramk_precision precision,
                                              const ramk_expanded_depthwise_arguments *arguments) {
  plan p;
  if (plan_for(context, precision, arguments, &p) != RAMK_OK || is_empty(&arguments->filters))
    return 0;
  choose_blocks(&p, context->threads);
  return lay_out(&p) ? ramk_scratch_bytes(context->threads, p.worker_floats) : 0;
}

ramk_status ramk_expanded_depthwise(const ramk_context *context, ramk_precision precision,
                                    const ramk_expanded_depthwise_arguments *arguments,
                                    void *workspace, size_t workspace_bytes) {
  plan p;
  size_t pixels;
  RAMK_TRY(plan_for(context, precision, arguments, &p));
  const ramk_depthwise_convolution_arguments *f = &arguments->filters;
  if (!ramk_multiply3(f->batch, f->height, f->width, &pixels)) return RAMK_SIZE_OVERFLOW;
  RAMK_TRY(ramk_check_matrix(arguments->x, pixels, arguments->inputs, arguments->inputs));
  if (is_empty(f)) return RAMK_OK;
  const size_t needed = ramk_expanded_depthwise_workspace_size(context, precision, arguments);
  if (needed == 0) return RAMK_SIZE_OVERFLOW;
  if (!workspace || workspace_bytes < needed) return RAMK_WORKSPACE_TOO_SMALL;
  choose_blocks(&p, context->threads);
  lay_out(&p);
  p.workspace = workspace;
  ramk_parallel_for(context, f->batch * p.bands * p.blocks, run_task, &p);
  return RAMK_OK;
}
