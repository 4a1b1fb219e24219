// What the parts of bench-kernels have in common.
#ifndef KERNELS_H
#define KERNELS_H

#include "calls.h"

/// The kernels of an instruction set, or those with products by OpenBLAS, which have none of images. NULL where this machine has
/// not got them.
typedef struct {
    const char *name;
    const ckernels_float_kernels *floats;
    const ckernels_image_kernels *images;
} kernel_set;

/// Instruction sets in their order, and OpenBLAS.
enum { kernel_sets = ckernels_instruction_sets + 1 };
kernel_set set_at(int place);

/// Seconds that this thread has computed: others at work on the machine do not count.
double now(void);

/// Compares all kernels with the plain reference; 1 where one differs, with a line for each.
int check(void);

/// Prints the speed of ConvNeXt-tiny's products.
int products_table(void);

#endif
