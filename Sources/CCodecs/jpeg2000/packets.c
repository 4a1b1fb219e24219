// Tier 2 (T.800 B.9, B.10 and B.12): the packets of a tile in the order of its progression, and what their headers say.
#include "tag_tree.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    j2k_tile *tile;
    const j2k_codestream *stream;
    const uint8_t *bytes;
    size_t at, length;
    // The blocks that the packet at hand brings something for, in order, as their last chunks.
    uint32_t first_new_chunk;
} reader;

/// Table B.4: how many coding passes a packet adds.
static uint32_t read_passes(j2k_bits *bits) {
    if (!j2k_bit(bits)) return 1;
    if (!j2k_bit(bits)) return 2;
    uint32_t more = j2k_bits_number(bits, 2);
    if (more < 3) return 3 + more;
    more = j2k_bits_number(bits, 5);
    if (more < 31) return 6 + more;
    return 37 + j2k_bits_number(bits, 7);
}

static bool add_chunk(j2k_tile *tile, j2k_block *block, uint32_t length) {
    if (tile->chunk_count == tile->chunk_room) {
        const uint32_t room = tile->chunk_room ? 2 * tile->chunk_room : tile->block_count / 2 + 16;
        if (room > UINT32_MAX / 4) return false;
        j2k_chunk *grown = realloc(tile->chunks, room * sizeof *grown);
        if (!grown) return false;
        tile->chunks = grown;
        tile->chunk_room = room;
    }
    tile->chunks[tile->chunk_count++] = (j2k_chunk){.length = length};
    if (block->last_chunk) tile->chunks[block->last_chunk - 1].next = tile->chunk_count;
    else block->first_chunk = tile->chunk_count;
    block->last_chunk = tile->chunk_count;
    block->length += length;
    return true;
}

/// B.10.3 to B.10.7 for one block.
static bool read_block(
    reader *self, const j2k_precinct *precinct, uint32_t x, uint32_t y, uint32_t layer, j2k_bits *bits) {
    j2k_block *block = &self->tile->blocks[precinct->first_block + y * precinct->across + x];
    j2k_tag_node *nodes = self->tile->nodes;
    if (block->passes) {
        if (!j2k_bit(bits)) return true;
    } else {
        if (!j2k_tag_tree_is_below(
                nodes + precinct->inclusion, precinct->across, precinct->down, x, y, layer + 1, bits))
            return true;
        const uint32_t planes = self->tile->bands[block->band].planes;
        if (planes > 37) return false;  // 7 guard bits and an exponent of 31 make no more
        uint32_t zero = 0;
        while (!j2k_tag_tree_is_below(
            nodes + precinct->zero_planes, precinct->across, precinct->down, x, y, zero + 1, bits))
            if (++zero >= planes || bits->ended) return false;  // a block with a pass has a plane
        if (planes - zero > J2K_MOST_PLANES) return false;
        block->planes = (uint8_t)(planes - zero);
    }
    const uint32_t passes = read_passes(bits);
    if (block->passes + passes > 3u * block->planes - 2) return false;
    while (j2k_bit(bits))
        if (++block->length_bits > 31) return false;
    const uint32_t count = block->length_bits + (31 - (uint32_t)__builtin_clz(passes));
    if (count > 31) return false;
    const uint32_t length = j2k_bits_number(bits, count);
    if (bits->ended || length > self->length) return false;
    block->passes = (uint8_t)(block->passes + passes);
    return block->length + (uint64_t)length <= INT32_MAX && add_chunk(self->tile, block, length);
}

static bool read_header(reader *self, uint32_t r, uint32_t place, uint32_t layer) {
    j2k_bits bits = {.next = self->bytes + self->at, .end = self->bytes + self->length};
    const j2k_resolution *resolution = &self->tile->resolutions[r];
    if (j2k_bit(&bits))
        for (uint32_t b = 0; b < resolution->bands; b++) {
            const j2k_precinct *precinct =
                &self->tile->precincts[resolution->first_precinct + place * resolution->bands + b];
            for (uint32_t y = 0; y < precinct->down; y++)
                for (uint32_t x = 0; x < precinct->across; x++)
                    if (!read_block(self, precinct, x, y, layer, &bits)) return false;
        }
    // B.10.1: a header does not end with FF; a byte with its stuffed bit follows.
    if (bits.byte == 0xFF) {
        if (bits.next == bits.end) return false;
        bits.next++;
    }
    self->at = (size_t)(bits.next - self->bytes);
    return !bits.ended;
}

/// Goes behind a marker segment of `length` bytes; false where it is not there.
static bool skip_marker(reader *self, uint8_t second, size_t length) {
    if (self->length - self->at < length) return false;
    const uint8_t *p = self->bytes + self->at;
    if (p[0] != 0xFF || p[1] != second) return false;
    self->at += length;
    return true;
}

static bool read_packet(reader *self, uint32_t r, uint32_t place, uint32_t layer) {
    // SOP may be used (A.8.1), EPH must (A.8.2). Behind FF a header's byte begins with a zero, so that
    // none is taken for FF 91.
    if (self->stream->has_sop) (void)skip_marker(self, 0x91, 6);
    const uint32_t first = self->tile->chunk_count;
    if (!read_header(self, r, place, layer)) return false;
    if (self->stream->has_eph && !skip_marker(self, 0x92, 2)) return false;
    for (uint32_t c = first; c < self->tile->chunk_count; c++) {
        j2k_chunk *chunk = &self->tile->chunks[c];
        if (chunk->length > self->length - self->at) return false;
        chunk->at = self->at;
        self->at += chunk->length;
    }
    return true;
}

/// A precinct's place on the reference grid, for the progressions that go by position.
typedef struct {
    uint64_t x, y;
    uint32_t resolution, place;
} position;

static int compare(const void *left, const void *right) {
    const position *a = left, *b = right;
    if (a->y != b->y) return a->y < b->y ? -1 : 1;
    if (a->x != b->x) return a->x < b->x ? -1 : 1;
    if (a->resolution != b->resolution) return a->resolution < b->resolution ? -1 : 1;
    return a->place < b->place ? -1 : a->place > b->place;
}

/// B.12.1.4 and B.12.1.5, which for one component are the same: by position, then by resolution.
static bool read_by_position(reader *self) {
    const j2k_tile *tile = self->tile;
    size_t count = 0, at = 0;
    for (uint32_t r = 0; r <= self->stream->levels; r++)
        count += (size_t)tile->resolutions[r].precincts_across * tile->resolutions[r].precincts_down;
    position *positions = malloc((count + 1) * sizeof *positions);
    if (!positions) return false;
    for (uint32_t r = 0; r <= self->stream->levels; r++) {
        const j2k_resolution *in = &tile->resolutions[r];
        const uint32_t px = self->stream->precinct_width_exponent[r], py = self->stream->precinct_height_exponent[r];
        const uint32_t down = self->stream->levels - r;
        for (uint32_t place = 0; place < in->precincts_across * in->precincts_down; place++) {
            const uint64_t column = (in->x0 >> px) + place % in->precincts_across;
            const uint64_t row = (in->y0 >> py) + place / in->precincts_across;
            const uint64_t x = column << (px + down), y = row << (py + down);
            // The first precinct may begin before the tile, which is where it is met.
            positions[at++] = (position){x > tile->x0 ? x : tile->x0, y > tile->y0 ? y : tile->y0, r, place};
        }
    }
    qsort(positions, count, sizeof *positions, compare);
    bool fine = true;
    for (size_t i = 0; fine && i < count; i++)
        for (uint32_t layer = 0; fine && layer < self->stream->layers; layer++)
            fine = read_packet(self, positions[i].resolution, positions[i].place, layer);
    free(positions);
    return fine;
}

/// B.12.1.1 to B.12.1.3.
static bool read_by_resolution(reader *self) {
    const uint32_t levels = self->stream->levels, layers = self->stream->layers;
    const j2k_resolution *in = self->tile->resolutions;
#define PLACES(r) (in[r].precincts_across * in[r].precincts_down)
    switch (self->stream->progression) {
    case 0:
        for (uint32_t layer = 0; layer < layers; layer++)
            for (uint32_t r = 0; r <= levels; r++)
                for (uint32_t place = 0; place < PLACES(r); place++)
                    if (!read_packet(self, r, place, layer)) return false;
        return true;
    case 1:
        for (uint32_t r = 0; r <= levels; r++)
            for (uint32_t layer = 0; layer < layers; layer++)
                for (uint32_t place = 0; place < PLACES(r); place++)
                    if (!read_packet(self, r, place, layer)) return false;
        return true;
    default:
        for (uint32_t r = 0; r <= levels; r++)
            for (uint32_t place = 0; place < PLACES(r); place++)
                for (uint32_t layer = 0; layer < layers; layer++)
                    if (!read_packet(self, r, place, layer)) return false;
        return true;
    }
#undef PLACES
}

bool j2k_tile_read_packets(j2k_tile *self, const j2k_codestream *stream, const uint8_t *bytes, size_t length) {
    reader in = {.tile = self, .stream = stream, .bytes = bytes, .length = length};
    const bool fine = stream->progression >= 3 ? read_by_position(&in) : read_by_resolution(&in);
    return fine && in.at == in.length;
}
