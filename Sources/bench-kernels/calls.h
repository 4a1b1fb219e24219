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

/// Each ends with one without a name. The further ones are checked, not timed: kernels that take no time to speak of, and sizes
/// that fill no vector.
extern const kernel_call calls[], further_calls[];

/// What both work on.
typedef struct {
    const float *input, *other, *weights;
    float *output, *inverse;
} call_memory;
call_memory calls_memory(void);

/// Makes what they work on; false where there is no memory.
bool calls_prepare(void);

/// Fills it as it was at first.
void calls_reset(void);

/// Puts the weights into a set's panels, before its calls.
void calls_pack(const ckernels_float_kernels *kernels);

/// The floats that calls write to, and a copy of them.
ptrdiff_t calls_floats(void);
void calls_copy_floats(float *out);

/// The same of whole numbers' bytes.
ptrdiff_t calls_bytes(void);
void calls_copy_bytes(unsigned char *out);

#endif
