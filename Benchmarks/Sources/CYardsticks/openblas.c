#include "CYardsticks.h"

#include <dlfcn.h>

// The CBLAS interface, whose header need not be installed.
enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112 };
typedef void (*sgemm_function)(int order, int transpose_a, int transpose_b, int m, int n, int k,
                               float alpha, const float *a, int lda, const float *b, int ldb,
                               float beta, float *c, int ldc);
typedef void (*set_threads_function)(int threads);

static sgemm_function find_sgemm(void) {
  const char *const names[] = {"libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) continue;
    const set_threads_function set_threads =
      (set_threads_function)dlsym(library, "openblas_set_num_threads");
    if (set_threads) set_threads(1);
    return (sgemm_function)dlsym(library, "cblas_sgemm");
  }
  return NULL;
}

static sgemm_function sgemm;

bool yardstick_has_openblas(void) {
  if (!sgemm) sgemm = find_sgemm();
  return sgemm != NULL;
}

bool yardstick_sgemm(size_t m, size_t n, size_t k, const float *a, const float *weights,
                     float *out) {
  if (!yardstick_has_openblas()) return false;
  sgemm(ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, (int)m, (int)n, (int)k, 1, a, (int)k, weights, (int)k,
        0, out, (int)n);
  return true;
}
