#include "sets.h"

#include "cinstructions.h"

const ckernels_float_kernels *ckernels_float_set(int index) {
    const ckernels_float_kernels *sets[ckernels_instruction_sets];
    int count = 0;
#if defined(__x86_64__)
    if (ckernels_has(ckernels_avx512)) sets[count++] = &ckernels_float_avx512;
    if (ckernels_has(ckernels_avx2)) sets[count++] = &ckernels_float_avx2;
#endif
    sets[count++] = &ckernels_float_portable;
    return index >= 0 && index < count ? sets[index] : NULL;
}
