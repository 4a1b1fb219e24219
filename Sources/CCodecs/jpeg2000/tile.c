// Annex B: how a tile divides into resolutions (B.5), subbands, precincts (B.6) and code blocks (B.7).
#include "tile.h"

#include "tag_tree.h"

#include <stdlib.h>
#include <string.h>

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }
static uint32_t most(uint32_t a, uint32_t b) { return a > b ? a : b; }

/// Equation B-15: a subband's coordinate from the tile's; `high` is set where the band is high-pass that way.
static uint32_t band_edge(uint32_t edge, uint32_t level, bool high) {
    const uint64_t offset = high ? (uint64_t)1 << (level - 1) : 0;
    return edge <= offset ? 0 : (uint32_t)j2k_ceil_shift(edge - offset, level);
}

static void lay_out_bands(j2k_tile *self, const j2k_codestream *stream) {
    uint32_t count = 0;
    for (uint32_t r = 0; r <= stream->levels; r++) {
        const uint32_t down = stream->levels - r;
        j2k_resolution *at = &self->resolutions[r];
        at->x0 = (uint32_t)j2k_ceil_shift(self->x0, down), at->x1 = (uint32_t)j2k_ceil_shift(self->x1, down);
        at->y0 = (uint32_t)j2k_ceil_shift(self->y0, down), at->y1 = (uint32_t)j2k_ceil_shift(self->y1, down);
        at->first_band = count;
        at->bands = r ? 3 : 1;
        const uint32_t level = r ? down + 1 : down;
        for (uint32_t b = 0; b < at->bands; b++, count++) {
            const uint8_t orientation = (uint8_t)(r ? J2K_HL + b : J2K_LL);
            const bool high_x = orientation & 1, high_y = orientation & 2;
            self->bands[count] = (j2k_band){
                .orientation = orientation,
                .planes = stream->guard_bits + stream->exponent[count] - 1,  // equation E-2; 0 and 0 make it huge
                .x0 = band_edge(self->x0, level, high_x), .x1 = band_edge(self->x1, level, high_x),
                .y0 = band_edge(self->y0, level, high_y), .y1 = band_edge(self->y1, level, high_y)};
        }
    }
}

/// The precincts of a resolution; false where there are more packets than bytes.
static bool count_precincts(j2k_tile *self, const j2k_codestream *stream, size_t bytes) {
    uint64_t precincts = 0, packets = 0;
    for (uint32_t r = 0; r <= stream->levels; r++) {
        j2k_resolution *at = &self->resolutions[r];
        const uint32_t px = stream->precinct_width_exponent[r], py = stream->precinct_height_exponent[r];
        if (at->x1 > at->x0 && at->y1 > at->y0) {
            at->precincts_across = (uint32_t)j2k_ceil_shift(at->x1, px) - (at->x0 >> px);
            at->precincts_down = (uint32_t)j2k_ceil_shift(at->y1, py) - (at->y0 >> py);
        }
        const uint64_t places = (uint64_t)at->precincts_across * at->precincts_down;
        if (precincts > UINT32_MAX / 4) return false;
        at->first_precinct = (uint32_t)precincts;
        precincts += places * at->bands;
        packets += places * stream->layers;
        if (packets > bytes || places > bytes) return false;  // a packet takes a byte at the least
    }
    if (precincts > UINT32_MAX / 4) return false;
    self->precinct_count = (uint32_t)precincts;
    return true;
}

typedef struct {
    uint32_t x0, y0, x1, y1;
} rectangle;

/// One precinct of one band, in code blocks: `area` in units of blocks, `part` in samples.
static rectangle precinct_in_band(
    const j2k_codestream *stream, const j2k_tile *self, uint32_t r, uint32_t band, uint32_t number, rectangle *part) {
    const j2k_resolution *at = &self->resolutions[r];
    const j2k_band *in = &self->bands[band];
    const uint32_t half = r > 0;
    const uint32_t px = stream->precinct_width_exponent[r] - half, py = stream->precinct_height_exponent[r] - half;
    const uint64_t column = (at->x0 >> (px + half)) + number % at->precincts_across;
    const uint64_t row = (at->y0 >> (py + half)) + number / at->precincts_across;
    part->x0 = most(in->x0, (uint32_t)(column << px)), part->x1 = least(in->x1, (uint32_t)((column + 1) << px));
    part->y0 = most(in->y0, (uint32_t)(row << py)), part->y1 = least(in->y1, (uint32_t)((row + 1) << py));
    if (part->x0 >= part->x1 || part->y0 >= part->y1) return (rectangle){0};
    const uint32_t bx = least(stream->block_width_exponent, px), by = least(stream->block_height_exponent, py);
    return (rectangle){part->x0 >> bx, part->y0 >> by, (uint32_t)j2k_ceil_shift(part->x1, bx),
        (uint32_t)j2k_ceil_shift(part->y1, by)};
}

static void place_blocks(
    j2k_tile *self, const j2k_codestream *stream, uint32_t r, uint32_t band, rectangle grid, rectangle part) {
    const j2k_band *in = &self->bands[band];
    const uint32_t half = r > 0;
    const uint32_t bx = least(stream->block_width_exponent, stream->precinct_width_exponent[r] - half);
    const uint32_t by = least(stream->block_height_exponent, stream->precinct_height_exponent[r] - half);
    j2k_block *block = self->blocks + self->block_count;
    for (uint32_t row = grid.y0; row < grid.y1; row++)
        for (uint32_t column = grid.x0; column < grid.x1; column++) {
            const uint32_t left = most(part.x0, column << bx), right = least(part.x1, (column + 1) << bx);
            const uint32_t top = most(part.y0, row << by), bottom = least(part.y1, (row + 1) << by);
            *block++ = (j2k_block){
                .x = left - in->x0, .y = top - in->y0,
                .width = (uint16_t)(right - left), .height = (uint16_t)(bottom - top),
                .length_bits = 3, .band = (uint8_t)band};
        }
}

/// Goes through all precincts twice: first (no blocks yet) only to count, then to make them.
static bool lay_out_precincts(j2k_tile *self, const j2k_codestream *stream) {
    uint64_t blocks = 0, nodes = 0;
    for (uint32_t r = 0; r <= stream->levels; r++) {
        const j2k_resolution *at = &self->resolutions[r];
        const uint32_t places = at->precincts_across * at->precincts_down;
        for (uint32_t k = 0; k < places; k++)
            for (uint32_t b = 0; b < at->bands; b++) {
                rectangle part;
                const rectangle grid = precinct_in_band(stream, self, r, at->first_band + b, k, &part);
                const uint32_t across = grid.x1 - grid.x0, down = grid.y1 - grid.y0;
                const uint32_t tree = j2k_tag_tree_nodes(across, down);
                if (self->blocks) {
                    self->block_count = (uint32_t)blocks;
                    self->precincts[at->first_precinct + k * at->bands + b] = (j2k_precinct){
                        .first_block = (uint32_t)blocks, .across = across, .down = down,
                        .inclusion = (uint32_t)nodes, .zero_planes = (uint32_t)nodes + tree};
                    place_blocks(self, stream, r, at->first_band + b, grid, part);
                }
                blocks += (uint64_t)across * down;
                nodes += 2 * (uint64_t)tree;
                if (nodes > UINT32_MAX / 8) return false;
            }
    }
    self->block_count = (uint32_t)blocks;
    self->node_count = (uint32_t)nodes;
    return true;
}

bool j2k_tile_make(j2k_tile *self, const j2k_codestream *stream, uint32_t number, size_t bytes) {
    memset(self, 0, sizeof *self);
    const uint32_t column = number % stream->tiles_across, row = number / stream->tiles_across;
    // The sums stay below 2^32: the last tile begins before x1, which is below 2^30, and a tile's far edge is clipped.
    const uint64_t left = stream->tile_x0 + (uint64_t)column * stream->tile_width;
    const uint64_t top = stream->tile_y0 + (uint64_t)row * stream->tile_height;
    self->x0 = most(stream->x0, (uint32_t)left), self->y0 = most(stream->y0, (uint32_t)top);
    self->x1 = left + stream->tile_width < stream->x1 ? (uint32_t)(left + stream->tile_width) : stream->x1;
    self->y1 = top + stream->tile_height < stream->y1 ? (uint32_t)(top + stream->tile_height) : stream->y1;
    lay_out_bands(self, stream);
    if (!count_precincts(self, stream, bytes) || !lay_out_precincts(self, stream)) return false;
    // Blocks of the usual size are one for 4096 samples, the smallest one for 16; only tiny precincts make them tinier.
    const uint64_t samples = (uint64_t)(self->x1 - self->x0) * (self->y1 - self->y0);
    if (self->block_count > samples / 8 + 4096 + bytes) return false;
    self->precincts = malloc((self->precinct_count + 1) * sizeof *self->precincts);
    self->blocks = malloc((self->block_count + 1) * sizeof *self->blocks);
    self->nodes = malloc((self->node_count + 1) * sizeof *self->nodes);
    if (!self->precincts || !self->blocks || !self->nodes || !lay_out_precincts(self, stream)) return false;
    for (uint32_t i = 0; i < self->node_count; i++) self->nodes[i] = (j2k_tag_node){.value = J2K_UNKNOWN};
    return true;
}

void j2k_tile_free(j2k_tile *self) {
    free(self->precincts);
    free(self->blocks);
    free(self->nodes);
    free(self->chunks);
}
