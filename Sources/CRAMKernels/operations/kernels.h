// The operations of the registry, and the type of each one's kernel.
//
// A kernel is a `const` table `ramk_OPERATION_PRECISION_IMPLEMENTATION`: sizes and function
// pointers that the operation's own file (operations/OPERATION.c) drives. To add one: write the
// table, add its line to kernels.inc. To add an operation: its name here, and a header with its
// kernel type.

#ifndef RAMK_KERNELS_H
#define RAMK_KERNELS_H

#include "CRAMKernels.h"
#include "operations/attention.h"
#include "operations/convert.h"
#include "operations/depthwise_convolution.h"
#include "operations/description_reweighting.h"
#include "operations/gemm.h"
#include "operations/peak.h"
#include "operations/row_kernels.h"

/// In the order of `ramk_context.kernels`.
#define RAMK_OPERATIONS(X) \
  X(gemm) \
  X(layer_norm) \
  X(softmax) \
  X(mean_rows) \
  X(window_attention) \
  X(cross_attention) \
  X(depthwise_convolution) \
  X(convert) \
  X(peak) \
  X(description_reweighting) \
  X(row_dots)

#define RAMK_OPERATION_CASE(name) RAMK_OPERATION_##name,
typedef enum { RAMK_OPERATIONS(RAMK_OPERATION_CASE) RAMK_OPERATION_COUNT } ramk_operation;
#undef RAMK_OPERATION_CASE

_Static_assert(RAMK_OPERATION_COUNT <= 16, "ramk_context.kernels has 16 places");

#define RAMK_KERNEL(operation, precision, implementation, needs, symbol) \
  extern const ramk_##operation##_kernel symbol;
#include "operations/kernels.inc"
#undef RAMK_KERNEL

/// The kernel that serves an operation in a context, as its own type, or NULL: for instance
/// `RAMK_KERNEL_OF(context, RAMK_FLOAT32, layer_norm)`.
#define RAMK_KERNEL_OF(context, precision, operation) \
  ((const ramk_##operation##_kernel *)ramk_kernel_find((context), (precision), \
                                                       RAMK_OPERATION_##operation))

static inline const void *ramk_kernel_find(const ramk_context *context, ramk_precision precision,
                                           ramk_operation operation) {
  if (!context || context->threads == 0 || (unsigned)precision >= RAMK_PRECISION_COUNT) return NULL;
  return context->kernels[precision][operation];
}

/// What rounds to bfloat16 in a context, whatever the precision of what is rounded; or NULL.
static inline ramk_round_rows *ramk_rounding(const ramk_context *context) {
  const ramk_gemm_kernel *kernel = RAMK_KERNEL_OF(context, RAMK_BFLOAT16, gemm);
  return kernel ? kernel->round : NULL;
}

#endif
