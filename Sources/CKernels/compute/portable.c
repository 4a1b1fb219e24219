// For every processor: 16 registers of 4 floats on x86-64 and 32 on ARM.
#include "sets.h"
#define LANES 4
#define TILE_ROWS 6
#define SINGLE_ROWS 12
#define STRIP 6
#define SET ckernels_float_portable
#define NAME "portable"
#include "templates/kernels.h"
