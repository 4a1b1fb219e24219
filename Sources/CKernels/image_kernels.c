// The tables of kernels, one for each instruction set, and which of them this CPU gets.
#include "image_kernels.h"

#define TABLE(set, form) {set, range_##form, smooth_##form, count_##form, above_##form}

const ckernels_image_kernels ckernels_image_reference = TABLE(ckernels_portable, reference);

static const ckernels_image_kernels tables[] = {
    TABLE(ckernels_portable, portable),
#if defined(__x86_64__)
    TABLE(ckernels_avx2, avx2),
    TABLE(ckernels_avx512, avx512),
#endif
};

const ckernels_image_kernels *ckernels_image_kernels_for(ckernels_instruction_set set) {
    return ckernels_has(set) ? &tables[set] : NULL;
}

const ckernels_image_kernels *ckernels_best_image_kernels(void) { return &tables[ckernels_best_instruction_set()]; }
