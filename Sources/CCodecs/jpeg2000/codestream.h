// The markers of a JPEG 2000 codestream (ISO/IEC 15444-1, which is ITU-T T.800, annex A), as far as this decoder goes.
#ifndef J2K_CODESTREAM_H
#define J2K_CODESTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    J2K_MOST_LEVELS = 32,           // A.6.1
    J2K_MOST_PLANES = 30,           // magnitude bits a coefficient may have here: a sign and half a bit go with them
    J2K_MOST_BLOCK_SAMPLES = 4096,  // A.6.1: a code block's sides multiply to no more
    J2K_MOST_BLOCK_SIDE = 1024
};

/// The bytes of one tile-part behind its SOD marker.
typedef struct {
    size_t at;
    size_t length;
    uint32_t next;  // the tile's next part, counted from 1; 0 for none
} j2k_tile_part;

/// The first and the last part of a tile, counted from 1; 0 where none has been seen.
typedef struct {
    uint32_t first;
    uint32_t last;
    uint32_t count;
} j2k_tile_parts;

typedef struct {
    const uint8_t *bytes;  // from SOC on
    size_t length;
    // SIZ (A.5.1), on the reference grid
    uint32_t x0, y0, x1, y1;
    uint32_t tile_x0, tile_y0, tile_width, tile_height;
    uint32_t tiles_across, tiles_down;
    uint32_t precision;
    bool is_signed;
    // COD (A.6.1)
    bool has_sop, has_eph;
    uint8_t progression;
    uint32_t layers;
    uint32_t levels;
    uint32_t block_width_exponent, block_height_exponent;
    uint8_t precinct_width_exponent[J2K_MOST_LEVELS + 1], precinct_height_exponent[J2K_MOST_LEVELS + 1];
    // QCD (A.6.4) without quantization: what each subband's bits are reckoned from
    uint32_t guard_bits;
    uint8_t exponent[3 * J2K_MOST_LEVELS + 1];
    // Where everything lies
    j2k_tile_parts *tiles;  // tiles_across * tiles_down
    j2k_tile_part *parts;
} j2k_codestream;

/// Reads the main header and all tile-part headers of a bare codestream or a whole JP2 file. False where anything is
/// not as this decoder needs it, or is damaged. `j2k_codestream_free` is due in either case.
bool j2k_codestream_read(j2k_codestream *self, const uint8_t *file, size_t length);

void j2k_codestream_free(j2k_codestream *self);

static inline uint64_t j2k_ceil_shift(uint64_t value, uint32_t shift) {
    return shift > 62 ? value != 0 : (value + ((uint64_t)1 << shift) - 1) >> shift;
}

#endif
