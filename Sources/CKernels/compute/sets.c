#include "sets.h"

static const ckernels_float_kernels *const sets[] = {
    [ckernels_portable] = &ckernels_float_portable,
#if defined(__x86_64__)
    [ckernels_avx2] = &ckernels_float_avx2,
    [ckernels_avx512] = &ckernels_float_avx512,
#endif
};

const ckernels_float_kernels *ckernels_float_kernels_for(ckernels_instruction_set set) {
    return ckernels_has(set) ? sets[set] : NULL;
}
