// OpenJPEG's encoder for the tests: one component, reversible, with every option that a decoder has to follow.
#ifndef COPENJPEG_ENCODER_H
#define COPENJPEG_ENCODER_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t rows, columns;
    uint32_t left, top;                 // the image's corner on the reference grid
    uint32_t precision;
    int is_signed;
    uint32_t levels;                    // decomposition levels
    uint32_t block_width, block_height;
    uint32_t tile_width, tile_height;   // 0: one tile
    uint32_t tile_left, tile_top;       // the first tile's corner
    int progression;                    // 0 to 4: LRCP, RLCP, RPCL, PCRL, CPRL
    uint32_t layers;                    // the last one is lossless
    int is_lossy;                       // the last one is not
    uint32_t precincts;                 // sizes that follow, from the finest resolution on
    uint32_t precinct_width[33], precinct_height[33];
    int sop, eph;
    char tile_parts;                    // 0, 'R', 'L' or 'C'
    int style;                          // code-block style
    int is_irreversible;                // the 9/7 wavelet
    int is_jp2;                         // a whole file
    int region_shift;                   // of interest; 0 for none
} copenjpeg_encoding;

/// Encodes into memory to be freed with free(); NULL where OpenJPEG does not take these options.
uint8_t *copenjpeg_encode(const copenjpeg_encoding *how, const int32_t *samples, size_t *length);

#endif
