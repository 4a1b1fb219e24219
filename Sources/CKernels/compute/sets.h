// The tables that sets.c chooses from.
#include "cfloatkernels.h"

extern const ckernels_float_kernels ckernels_float_avx512;
extern const ckernels_float_kernels ckernels_float_avx2;
extern const ckernels_float_kernels ckernels_float_portable;
