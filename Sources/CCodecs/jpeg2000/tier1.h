// Tier 1 (T.800 annex D): the bit planes of a code block.
#ifndef J2K_TIER1_H
#define J2K_TIER1_H

#include "codestream.h"
#include "mq.h"

enum {
    // A stripe is four rows; its columns have a flags word each, with one more at either end, and a stripe around.
    // Blocks of 1024x4 take the most.
    J2K_MOST_FLAGS = (J2K_MOST_BLOCK_SIDE + 2) * 3 + 8,
    // Maps have a word for 16 columns of a stripe, likewise with one more all around: 4x1024 takes the most.
    J2K_MOST_MAP = (J2K_MOST_BLOCK_SIDE / 4 + 2) * 3
};

/// What decoding a block works in; the bytes' buffer belongs to the caller.
typedef struct {
    uint64_t flags[J2K_MOST_FLAGS];
    uint64_t significant[J2K_MOST_MAP];
    uint64_t visited[J2K_MOST_MAP];  // by this plane's first pass
    // Sign (bit 31), twice the magnitude and half a step; stripe by stripe, column by column: [stripe][x][4].
    uint32_t samples[J2K_MOST_BLOCK_SAMPLES + 4 * J2K_MOST_BLOCK_SIDE];
    uint16_t places[4 * J2K_MOST_BLOCK_SIDE + 8];
    j2k_mq_state contexts[J2K_CONTEXTS];
    uint8_t zero_coding[4][512];  // by orientation and neighbourhood
    uint8_t sign_coding[256];     // context, and in bit 7 what the decision is to be turned by
    bool odd;
} j2k_tier1;

/// Fills the tables; a workspace may then serve any number of blocks.
void j2k_tier1_prepare(j2k_tier1 *self);

typedef struct {
    uint32_t width, height;
    uint32_t planes, passes;
    uint32_t orientation;
} j2k_tier1_block;

/// Decodes `data`, behind which lie J2K_MQ_PADDING bytes of FF and before which lies one readable byte, into
/// coefficients. False where the data can be no encoder's.
bool j2k_tier1_decode(
    j2k_tier1 *self, const j2k_tier1_block *block, const uint8_t *data, int32_t *coefficients, size_t stride);

#endif
