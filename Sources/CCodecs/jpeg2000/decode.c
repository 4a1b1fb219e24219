// JPEG 2000 (ISO/IEC 15444-1): one component, the reversible 5/3 wavelet, code blocks of the plain style; what a
// lossless mammogram is. Tile by tile: packets (tier 2), code blocks (tier 1), wavelet, samples.
#include "blocks.h"
#include "ccodecs.h"
#include "wavelet.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    j2k_codestream stream;
    uint32_t reduction;
    int threads;
    uint16_t *samples;
    uint32_t x0, y0;  // of the result
    size_t stride;
    j2k_range range;
} decoder;

/// A tile's bytes in one piece; `*copy` is what to free.
static const uint8_t *tile_bytes(const j2k_codestream *stream, uint32_t number, size_t *length, uint8_t **copy) {
    const j2k_tile_parts *of = &stream->tiles[number];
    *copy = NULL;
    *length = 0;
    if (of->count == 1) {
        *length = stream->parts[of->first - 1].length;
        return stream->bytes + stream->parts[of->first - 1].at;
    }
    for (uint32_t p = of->first; p; p = stream->parts[p - 1].next) *length += stream->parts[p - 1].length;
    uint8_t *to = *copy = malloc(*length + 1);
    if (!to) return NULL;
    for (uint32_t p = of->first; p; p = stream->parts[p - 1].next) {
        memcpy(to, stream->bytes + stream->parts[p - 1].at, stream->parts[p - 1].length);
        to += stream->parts[p - 1].length;
    }
    return *copy;
}

/// The wavelet, level by level up to the resolution wanted; the last one's rows become samples.
static bool join_levels(const decoder *self, j2k_tile *tile, uint32_t finest) {
    const j2k_resolution *last = &tile->resolutions[finest];
    const uint32_t width = last->x1 - last->x0;
    const j2k_sink image = {
        .samples = self->samples + (last->y0 - self->y0) * self->stride + (last->x0 - self->x0),
        .stride = self->stride, .range = self->range};
    if (finest == 0) {
        j2k_wavelet_put(tile->bands[0].coefficients, width, last->y1 - last->y0, &image);
        return true;
    }
    // Two buffers for results on their way, each as large as the last but one resolution.
    const j2k_resolution *inner = &tile->resolutions[finest - 1];
    const size_t room = (size_t)(inner->x1 - inner->x0) * (inner->y1 - inner->y0);
    const size_t scratch_room = j2k_wavelet_scratch(width);
    int32_t *memory = finest > 1 ? malloc((2 * room + scratch_room) * sizeof *memory)
                                 : malloc(scratch_room * sizeof *memory);
    if (!memory) return false;
    int32_t *scratch = finest > 1 ? memory + 2 * room : memory;
    const int32_t *ll = tile->bands[0].coefficients;
    for (uint32_t r = 1; r <= finest; r++) {
        const j2k_resolution *at = &tile->resolutions[r];
        const j2k_band *bands = &tile->bands[at->first_band];
        const j2k_level level = {
            .x0 = at->x0, .y0 = at->y0, .x1 = at->x1, .y1 = at->y1, .ll = ll, .hl = bands[0].coefficients,
            .lh = bands[1].coefficients, .hh = bands[2].coefficients};
        const j2k_sink inside = {.numbers = memory + (r & 1) * room, .stride = at->x1 - at->x0};
        j2k_wavelet_join(&level, r == finest ? &image : &inside, scratch);
        ll = inside.numbers;
    }
    free(memory);
    return true;
}

static bool decode_tile(const decoder *self, j2k_tile *tile, uint32_t number, const uint8_t *bytes, size_t length) {
    if (!j2k_tile_make(tile, &self->stream, number, length)) return false;
    if (!j2k_tile_read_packets(tile, &self->stream, bytes, length)) return false;
    const uint32_t finest = self->stream.levels - self->reduction;
    const uint32_t bands = 3 * finest + 1;
    size_t count = 0;
    for (uint32_t b = 0; b < bands; b++)
        count += (size_t)(tile->bands[b].x1 - tile->bands[b].x0) * (tile->bands[b].y1 - tile->bands[b].y0);
    int32_t *coefficients = calloc(count + 1, sizeof *coefficients);
    if (!coefficients) return false;
    count = 0;
    for (uint32_t b = 0; b < bands; b++) {
        tile->bands[b].coefficients = coefficients + count;
        count += (size_t)(tile->bands[b].x1 - tile->bands[b].x0) * (tile->bands[b].y1 - tile->bands[b].y0);
    }
    const bool fine =
        j2k_blocks_decode(tile, bands, bytes, self->threads) && join_levels(self, tile, finest);
    free(coefficients);
    return fine;
}

static bool decode_tiles(decoder *self, uint32_t rows, uint32_t columns) {
    const j2k_codestream *stream = &self->stream;
    if (self->reduction > stream->levels) return false;
    // Away from the origin OpenJPEG takes another view of how large a reduced image is.
    if (self->reduction && (stream->x0 || stream->y0)) return false;
    self->x0 = (uint32_t)j2k_ceil_shift(stream->x0, self->reduction);
    self->y0 = (uint32_t)j2k_ceil_shift(stream->y0, self->reduction);
    if (j2k_ceil_shift(stream->x1, self->reduction) - self->x0 != columns) return false;
    if (j2k_ceil_shift(stream->y1, self->reduction) - self->y0 != rows) return false;
    self->stride = columns;
    const int32_t half = 1 << (stream->precision - 1);
    self->range = stream->is_signed ? (j2k_range){0, -half, half - 1} : (j2k_range){half, 0, 2 * half - 1};
    j2k_tile *tile = malloc(sizeof *tile);
    bool fine = tile != NULL;
    for (uint32_t number = 0; fine && number < stream->tiles_across * stream->tiles_down; number++) {
        size_t length;
        uint8_t *copy;
        const uint8_t *bytes = tile_bytes(stream, number, &length, &copy);
        fine = bytes && decode_tile(self, tile, number, bytes, length);
        if (bytes) j2k_tile_free(tile);
        free(copy);
    }
    free(tile);
    return fine;
}

ccodecs_status ccodecs_jpeg2000_decode(
    const uint8_t *file, size_t length, uint32_t reduction, int threads, uint32_t rows, uint32_t columns,
    uint16_t *samples, int *is_signed) {
    decoder self = {.reduction = reduction, .threads = threads, .samples = samples};
    const bool fine = j2k_codestream_read(&self.stream, file, length) && decode_tiles(&self, rows, columns);
    *is_signed = self.stream.is_signed;
    j2k_codestream_free(&self.stream);
    return fine ? ccodecs_ok : ccodecs_not_taken;
}
