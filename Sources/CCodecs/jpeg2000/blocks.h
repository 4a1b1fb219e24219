// All code blocks of a tile, on one thread or several.
#ifndef J2K_BLOCKS_H
#define J2K_BLOCKS_H

#include "tile.h"

/// Decodes the blocks of the first `bands` bands into their bands' coefficients, which must be zero. `bytes` are the
/// tile's. False where a block is damaged or memory is short.
bool j2k_blocks_decode(const j2k_tile *tile, uint32_t bands, const uint8_t *bytes, int threads);

#endif
