// 32 registers of 16 floats: 14 × 2 sums, two vectors of weights, a value, and one spare.
#if defined(__x86_64__)
#include "sets.h"

#include <immintrin.h>

#define LANES 16
#define TILE_ROWS 14
#define SINGLE_ROWS 12
#define STRIP 16
#define TARGET CKERNELS_AVX512_TARGET
#define SET ckernels_float_avx512
#define NAME "AVX-512"
#include "templates/kernels.h"
#endif
