#include "sets.h"

const ckernels_float_kernels *ckernels_float_set(int index) {
    const ckernels_float_kernels *sets[3];
    int count = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
        sets[count++] = &ckernels_float_avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) sets[count++] = &ckernels_float_avx2;
#endif
    sets[count++] = &ckernels_float_portable;
    return index >= 0 && index < count ? sets[index] : NULL;
}
