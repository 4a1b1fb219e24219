// For every processor: 16 registers of 4 floats on x86-64, and 32 on arm64: 8 × 2 sums, four values of each row, and weights.
#include "sets.h"
#define LANES 4
#if defined(__aarch64__)
#define TILE_ROWS 8
#define VALUES_BY_LANE
#else
#define TILE_ROWS 6
#endif
#define SINGLE_ROWS 12
#define STRIP 6
#define SET ckernels_float_portable
#define NAME "portable"
#include "templates/kernels.h"
