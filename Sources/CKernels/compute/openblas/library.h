// OpenBLAS, opened at run time: no build needs it, and no header of it.
#ifndef CKERNELS_OPENBLAS_LIBRARY_H
#define CKERNELS_OPENBLAS_LIBRARY_H

#include "cmessage.h"

// From cblas.h; these numbers are part of every CBLAS's binary interface.
enum { blas_row_major = 101, blas_as_is = 111, blas_transposed = 112 };

/// cblas_sgemm: C = alpha * A * B + beta * C, where A is rows × depth and B is depth × columns.
typedef void blas_sgemm(
    int order, int transposes_a, int transposes_b, int rows, int columns, int depth, float alpha, const float *a,
    int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);

/// Opens the library, for one thread in each call: the callers are threads themselves. It stays open until the process ends.
///
/// - path: the library's file, or its name where the loader finds it: libopenblas.so.0.
/// - message: why there is none, in one line.
/// Returns NULL where the library is missing, or is built so that several threads may not call it at the same time.
blas_sgemm *openblas_open(const char *path, cmessage *message);

#endif
