// What the files of the image kernels share: each has its kernel in the forms named here.
#ifndef IMAGE_KERNELS_H
#define IMAGE_KERNELS_H

#include "ckernels.h"

/// A loop that the compiler makes vectors of is written once and compiled into a function for each instruction set.
#define CKERNELS_BODY static inline __attribute__((always_inline))

/// Declares a kernel in all its forms.
#if defined(__x86_64__)
#define CKERNELS_FORMS(name, parameters)  \
    void name##_reference parameters;     \
    void name##_portable parameters;      \
    void name##_avx2 parameters;          \
    void name##_avx512 parameters
#else
#define CKERNELS_FORMS(name, parameters) \
    void name##_reference parameters;    \
    void name##_portable parameters
#endif

CKERNELS_FORMS(range, (const uint16_t *values, size_t count, uint16_t flip, uint16_t extremes[2]));
CKERNELS_FORMS(smooth, (const uint8_t *const rows[5], size_t columns, uint16_t *sums, uint8_t *smoothed));
CKERNELS_FORMS(count, (const uint8_t *values, size_t count, ckernels_histogram *histogram));
CKERNELS_FORMS(above, (const uint8_t *values, size_t count, uint8_t threshold, uint64_t *bits));

#endif
