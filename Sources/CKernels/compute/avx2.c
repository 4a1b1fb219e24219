// 16 registers of 8 floats: 6 × 2 sums, two vectors of weights, a value, and one spare.
#if defined(__x86_64__)
#include "sets.h"

#include <immintrin.h>

#define LANES 8
#define TILE_ROWS 6
#define SINGLE_ROWS 12
#define STRIP 6
#define TARGET CKERNELS_AVX2_TARGET
#define SET ckernels_float_avx2
#define NAME "AVX2"
#include "templates/kernels.h"
#endif
