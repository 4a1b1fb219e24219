// The inverse of the reversible 5/3 wavelet (T.800 annex F).
#ifndef J2K_WAVELET_H
#define J2K_WAVELET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What one level of the inverse joins: four subbands, row by row without gaps.
typedef struct {
    uint32_t x0, y0, x1, y1;  // of the result
    const int32_t *ll, *hl, *lh, *hh;
} j2k_level;

/// How coefficients become samples (annex G.1): a shift, then what the precision holds.
typedef struct {
    int32_t shift, least, most;
} j2k_range;

/// Where the result goes: either numbers for the next level or samples.
typedef struct {
    int32_t *numbers;
    uint16_t *samples;
    size_t stride;
    j2k_range range;  // for samples
} j2k_sink;

/// The int32_t that the rows of scratch memory take for a result of this width.
size_t j2k_wavelet_scratch(uint32_t width);

void j2k_wavelet_join(const j2k_level *level, const j2k_sink *sink, int32_t *scratch);

/// Turns numbers into samples without any wavelet.
void j2k_wavelet_put(const int32_t *numbers, uint32_t width, uint32_t height, const j2k_sink *sink);

#endif
