#include "cinstructions.h"

bool ckernels_has(ckernels_instruction_set set) {
    switch (set) {
    case ckernels_portable: return true;
#if defined(__x86_64__)
    case ckernels_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ckernels_avx512:
        return ckernels_has(ckernels_avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
            && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    default: return false;
    }
}

bool ckernels_openblas_is_faster(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx");
#else
    return true;
#endif
}

ckernels_instruction_set ckernels_best_instruction_set(void) {
    if (ckernels_has(ckernels_avx512)) return ckernels_avx512;
    return ckernels_has(ckernels_avx2) ? ckernels_avx2 : ckernels_portable;
}
