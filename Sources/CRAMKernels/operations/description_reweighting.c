// RAM++'s re-weighting of descriptions; a task is a few labels, usually one.
//
// The official descriptions are 480 MB, so the operation takes as long as reading them from memory
// does: a kernel reads a label's rows (51 of 512 floats, 104 kB) once from there, and again from L2.

#include "operations/checks.h"
#include "operations/kernels.h"
#include "operations/row_tasks.h"
#include "operations/scratch.h"
#include "threads/threads.h"

#include <math.h>

typedef struct {
  const ramk_description_reweighting_kernel *kernel;
  const ramk_description_reweighting_arguments *arguments;
  size_t labels_of_task;
  float scale;                    // divided by the image's length
  void *workspace;
} reweighting_plan;

static void run_task(const ramk_context *context, void *user, size_t index, unsigned worker) {
  (void)context;
  const reweighting_plan *plan = user;
  const ramk_description_reweighting_arguments *a = plan->arguments;
  const size_t group_bytes =
    a->descriptions * a->embeddings_stride * plan->kernel->element_bytes;
  const size_t first = index * plan->labels_of_task;
  const size_t last = ramk_minimum(first + plan->labels_of_task, a->labels);
  for (size_t label = first; label < last; label++) {
    const size_t group = a->group_of_label ? a->group_of_label[label] : label;
    float *weights = a->weights ? a->weights + label * a->descriptions
                                : ramk_scratch(plan->workspace, a->descriptions, worker);
    plan->kernel->label(a->descriptions, a->width,
                        (const char *)a->embeddings + group * group_bytes, a->embeddings_stride,
                        a->image, plan->scale, weights, a->out + label * a->out_stride);
  }
}

static ramk_status check(const ramk_description_reweighting_arguments *a) {
  size_t rows;
  if (!ramk_multiply(a->groups, a->descriptions, &rows)) return RAMK_SIZE_OVERFLOW;
  // As floats: an element takes no more.
  RAMK_TRY(ramk_check_matrix(a->embeddings, rows, a->width, a->embeddings_stride));
  RAMK_TRY(ramk_check_matrix(a->out, a->labels, a->width, a->out_stride));
  RAMK_TRY(ramk_check_matrix(a->image, 1, a->width, a->width));
  if (!ramk_multiply(a->labels, a->descriptions, &rows) || rows > PTRDIFF_MAX / sizeof(float))
    return RAMK_SIZE_OVERFLOW;
  if (a->group_of_label) {
    for (size_t label = 0; label < a->labels; label++)
      if (a->group_of_label[label] >= a->groups) return RAMK_INVALID_ARGUMENT;
  } else if (a->labels > a->groups) {
    return RAMK_INVALID_ARGUMENT;
  }
  return RAMK_OK;
}

static double length(const float *x, size_t count) {
  double square = 0;
  for (size_t i = 0; i < count; i++) square += (double)x[i] * (double)x[i];
  return sqrt(square);
}

size_t ramk_description_reweighting_workspace_size(
  const ramk_context *context, ramk_precision precision,
  const ramk_description_reweighting_arguments *arguments) {
  if (!RAMK_KERNEL_OF(context, precision, description_reweighting)) return 0;
  if (!arguments || arguments->weights) return 0;
  return ramk_scratch_bytes(context->threads, arguments->descriptions);
}

ramk_status ramk_description_reweighting(const ramk_context *context, ramk_precision precision,
                                         const ramk_description_reweighting_arguments *arguments,
                                         void *workspace, size_t workspace_bytes) {
  reweighting_plan plan = {
    .kernel = RAMK_KERNEL_OF(context, precision, description_reweighting),
    .arguments = arguments,
    .workspace = workspace,
  };
  if (!plan.kernel) return RAMK_IMPLEMENTATION_UNAVAILABLE;
  if (!arguments) return RAMK_INVALID_ARGUMENT;
  const ramk_description_reweighting_arguments *a = arguments;
  if (a->labels == 0 || a->descriptions == 0 || a->width == 0) return RAMK_OK;
  RAMK_TRY(check(a));
  const size_t needed = ramk_description_reweighting_workspace_size(context, precision, a);
  if (needed == 0 && !a->weights) return RAMK_SIZE_OVERFLOW;
  if (needed > 0 && (!workspace || workspace_bytes < needed)) return RAMK_WORKSPACE_TOO_SMALL;
  plan.scale = (float)((double)a->scale / length(a->image, a->width));
  plan.labels_of_task = ramk_rows_of_task(a->descriptions * a->width);
  ramk_parallel_for(context, ramk_divide_up(a->labels, plan.labels_of_task), run_task, &plan);
  return RAMK_OK;
}
