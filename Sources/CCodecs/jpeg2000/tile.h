// What a tile is made of (T.800 annex B): resolutions, subbands, precincts, code blocks.
#ifndef J2K_TILE_H
#define J2K_TILE_H

#include "codestream.h"

/// The bytes that one packet brings for one code block.
typedef struct {
    size_t at;
    uint32_t length;
    uint32_t next;  // the block's next chunk, counted from 1; 0 for none
} j2k_chunk;

/// A code block (B.7).
typedef struct {
    uint32_t x, y;  // from the subband's upper left corner
    uint16_t width, height;
    uint8_t planes;  // magnitude bits that are coded
    uint8_t length_bits;  // Lblock (B.10.7.1)
    uint8_t passes;
    uint8_t band;  // of the tile's bands
    uint32_t length;
    uint32_t first_chunk, last_chunk;  // counted from 1
} j2k_block;

/// The code blocks of one precinct in one subband, with their two tag trees (B.10.2).
typedef struct {
    uint32_t first_block;
    uint32_t across, down;
    uint32_t inclusion, zero_planes;  // of the tile's tag nodes
} j2k_precinct;

enum { J2K_LL, J2K_HL, J2K_LH, J2K_HH };

typedef struct {
    uint8_t orientation;
    uint32_t planes;  // Mb (E.1.1)
    uint32_t x0, y0, x1, y1;
    int32_t *coefficients;
} j2k_band;

typedef struct {
    uint32_t x0, y0, x1, y1;
    uint32_t precincts_across, precincts_down;
    uint32_t first_precinct;  // of the tile's; each place has one precinct a band
    uint32_t first_band, bands;
} j2k_resolution;

typedef struct {
    uint16_t low;    // nothing less is possible any more
    uint16_t value;  // J2K_UNKNOWN until it is read
} j2k_tag_node;

typedef struct {
    uint32_t x0, y0, x1, y1;
    j2k_resolution resolutions[J2K_MOST_LEVELS + 1];
    j2k_band bands[3 * J2K_MOST_LEVELS + 1];
    j2k_precinct *precincts;
    j2k_block *blocks;
    j2k_tag_node *nodes;
    j2k_chunk *chunks;
    uint32_t precinct_count, block_count, node_count, chunk_count, chunk_room;
} j2k_tile;

/// Lays out tile `number`, whose packets lie in `bytes` bytes: it is refused where they cannot hold so many packets.
/// `j2k_tile_free` is due in either case.
bool j2k_tile_make(j2k_tile *self, const j2k_codestream *stream, uint32_t number, size_t bytes);

void j2k_tile_free(j2k_tile *self);

/// Reads all packets of the tile from `bytes` (tier 2), and notes for each code block where its bytes lie. False where
/// they are damaged, are not all there, or leave bytes behind.
bool j2k_tile_read_packets(j2k_tile *self, const j2k_codestream *stream, const uint8_t *bytes, size_t length);

#endif
