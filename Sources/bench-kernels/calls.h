// The calls of kernels that are timed, at sizes of ConvNeXt-tiny's first stage and of a mammogram's row.
// A depthwise call's name ends with its kernel, unless it is 7, and its stride, unless it is 1.
#ifndef CALLS_H
#define CALLS_H

#include "cfloatkernels.h"
#include "ckernels.h"

typedef struct {
    const char *name;
    /// Makes one call by a ckernels_image_kernels or a ckernels_float_kernels; the reference and all sets do the same work.
    void (*run)(const void *kernels);
    const void *reference;
    bool is_image;
} kernel_call;

/// Ends with one without a name.
extern const kernel_call calls[];

/// Fills what they work on; false where there is no memory.
bool calls_prepare(void);

#endif
