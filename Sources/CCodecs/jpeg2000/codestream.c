// Annex A. One rule throughout: what is not plainly right and plainly in scope is refused, and OpenJPEG has the last
// word on it.
#include "codestream.h"

#include "jp2.h"

#include <stdlib.h>
#include <string.h>

enum {
    SOC = 0xFF4F, SIZ = 0xFF51, COD = 0xFF52, TLM = 0xFF55, PLM = 0xFF57, PLT = 0xFF58, QCD = 0xFF5C,
    CRG = 0xFF63, COM = 0xFF64, SOT = 0xFF90, SOD = 0xFF93, EOC = 0xFFD9
};

static bool read_size(j2k_codestream *self, const uint8_t *p, size_t length) {
    if (length != 41) return false;                 // one component
    if (big_endian_number(p + 2, 2) & 0xC000) return false;    // Rsiz: HTJ2K (bit 14) or part 2 (bit 15)
    self->x1 = big_endian_number(p + 4, 4), self->y1 = big_endian_number(p + 8, 4);
    self->x0 = big_endian_number(p + 12, 4), self->y0 = big_endian_number(p + 16, 4);
    self->tile_width = big_endian_number(p + 20, 4), self->tile_height = big_endian_number(p + 24, 4);
    self->tile_x0 = big_endian_number(p + 28, 4), self->tile_y0 = big_endian_number(p + 32, 4);
    const uint32_t bits = p[38];
    self->precision = (bits & 0x7F) + 1;
    self->is_signed = bits >> 7;
    // No coordinate comes near 2^31, so that none of the sums below overflows.
    if (self->x1 >= 1u << 30 || self->y1 >= 1u << 30 || self->x0 >= self->x1 || self->y0 >= self->y1) return false;
    if (!self->tile_width || !self->tile_height || self->tile_x0 > self->x0 || self->tile_y0 > self->y0) return false;
    if ((uint64_t)self->tile_x0 + self->tile_width <= self->x0) return false;
    if ((uint64_t)self->tile_y0 + self->tile_height <= self->y0) return false;
    const uint64_t across = ((uint64_t)self->x1 - self->tile_x0 + self->tile_width - 1) / self->tile_width;
    const uint64_t down = ((uint64_t)self->y1 - self->tile_y0 + self->tile_height - 1) / self->tile_height;
    if (across > 65535 || down > 65535 || across * down > 65535) return false;
    self->tiles_across = (uint32_t)across, self->tiles_down = (uint32_t)down;
    return big_endian_number(p + 36, 2) == 1 && self->precision <= 16 && p[39] == 1 && p[40] == 1;
}

static bool read_coding_style(j2k_codestream *self, const uint8_t *p, size_t length) {
    if (length < 12) return false;
    const uint32_t style = p[2];
    if (style & ~7u) return false;
    self->has_sop = style & 2, self->has_eph = style & 4;
    self->progression = p[3];
    self->layers = big_endian_number(p + 4, 2);
    self->levels = p[7];
    self->block_width_exponent = (uint32_t)p[8] + 2, self->block_height_exponent = (uint32_t)p[9] + 2;
    // No colour transform, code-block style 0, the reversible 5/3 wavelet.
    if (self->progression > 4 || !self->layers || p[6] || self->levels > J2K_MOST_LEVELS || p[10] || p[11] != 1)
        return false;
    if (self->block_width_exponent > 10 || self->block_height_exponent > 10) return false;
    if (self->block_width_exponent + self->block_height_exponent > 12) return false;
    if (length != 12 + (style & 1 ? self->levels + 1 : 0)) return false;
    for (uint32_t r = 0; r <= self->levels; r++) {
        const uint32_t exponents = style & 1 ? p[12 + r] : 0xFF;
        self->precinct_width_exponent[r] = exponents & 15, self->precinct_height_exponent[r] = exponents >> 4;
        // Above the lowest resolution a precinct halves into its subbands (B.7).
        if (r > 0 && (!(exponents & 15) || !(exponents >> 4))) return false;
    }
    return true;
}

static bool read_quantization(j2k_codestream *self, const uint8_t *p, size_t length) {
    if (length < 4 || (p[2] & 31) != 0) return false;
    self->guard_bits = p[2] >> 5;
    const size_t bands = length - 3;
    if (bands > sizeof self->exponent) return false;
    for (size_t b = 0; b < bands; b++) self->exponent[b] = p[3 + b] >> 3;
    return true;
}

/// Walks the main header; hands back where the first tile-part begins, 0 on refusal.
static size_t read_main_header(j2k_codestream *self) {
    if (self->length < 4) return 0;
    if (big_endian_number(self->bytes, 2) != SOC || big_endian_number(self->bytes + 2, 2) != SIZ) return 0;
    size_t bands = 0;
    bool seen_size = false, seen_style = false;
    for (size_t at = 2; self->length - at >= 4;) {
        const uint8_t *p = self->bytes + at + 2;
        const uint32_t marker = big_endian_number(p - 2, 2), length = big_endian_number(p, 2);
        if (marker == SOT)
            return seen_size && seen_style && bands >= 3 * (size_t)self->levels + 1 ? at : 0;
        if (length < 2 || length > self->length - at - 2) return 0;
        switch (marker) {
        case SIZ:
            if (seen_size || !read_size(self, p, length)) return 0;
            seen_size = true;
            break;
        case COD:
            if (seen_style || !read_coding_style(self, p, length)) return 0;
            seen_style = true;
            break;
        case QCD:
            if (bands || !read_quantization(self, p, length)) return 0;
            bands = length - 3;
            break;
        case TLM: case PLM: case CRG: case COM: break;
        default: return 0;  // COC, QCC, RGN, POC, PPM, CAP and what has no name
        }
        at += 2 + (size_t)length;
    }
    return 0;
}

/// The place of SOD in a tile-part's header, 0 where the header holds more than lengths and comments.
static size_t skip_tile_header(const j2k_codestream *self, size_t at, size_t end) {
    while (end - at >= 2) {
        const uint32_t marker = big_endian_number(self->bytes + at, 2);
        if (marker == SOD) return at;
        if ((marker != PLT && marker != COM) || end - at < 4) return 0;
        const uint32_t length = big_endian_number(self->bytes + at + 2, 2);
        if (length < 2 || length > end - at - 2) return 0;
        at += 2 + (size_t)length;
    }
    return 0;
}

static bool read_tile_parts(j2k_codestream *self, size_t at) {
    const uint32_t tiles = self->tiles_across * self->tiles_down;
    // Every tile-part takes 14 bytes at the least.
    const size_t most_parts = self->length / 14 + 1;
    if (tiles > most_parts || most_parts > UINT32_MAX) return false;
    self->tiles = calloc(tiles, sizeof *self->tiles);
    if (!self->tiles) return false;
    uint32_t parts = 0, room = 0;
    while (self->length - at >= 12 && big_endian_number(self->bytes + at, 2) == SOT) {
        const uint8_t *p = self->bytes + at;
        const uint32_t tile = big_endian_number(p + 4, 2), told = big_endian_number(p + 6, 4);
        // Psot 0: up to the EOC that ends the stream.
        const size_t whole = told ? told : self->length - at - 2;
        if (big_endian_number(p + 2, 2) != 10 || tile >= tiles || whole < 14 || whole > self->length - at) return false;
        j2k_tile_parts *of = &self->tiles[tile];
        if (p[10] != of->count) return false;
        const size_t sod = skip_tile_header(self, at + 12, at + whole);
        if (!sod) return false;
        if (parts == room) {
            room = room ? 2 * room : tiles;
            j2k_tile_part *grown = realloc(self->parts, room * sizeof *grown);
            if (!grown) return false;
            self->parts = grown;
        }
        self->parts[parts++] = (j2k_tile_part){.at = sod + 2, .length = at + whole - sod - 2};
        if (of->last) self->parts[of->last - 1].next = parts;
        else of->first = parts;
        of->last = parts;
        of->count++;
        at += whole;
    }
    for (uint32_t t = 0; t < tiles; t++)
        if (!self->tiles[t].count) return false;
    return self->length - at >= 2 && big_endian_number(self->bytes + at, 2) == EOC;
}

bool j2k_codestream_read(j2k_codestream *self, const uint8_t *file, size_t length) {
    memset(self, 0, sizeof *self);
    jp2_codestream found;
    if (!jp2_find_codestream(file, length, &found)) return false;
    self->bytes = found.bytes;
    self->length = found.length;
    const size_t at = read_main_header(self);
    if (found.has_size && (found.columns != self->x1 - self->x0 || found.rows != self->y1 - self->y0)) return false;
    return at && read_tile_parts(self, at);
}

void j2k_codestream_free(j2k_codestream *self) {
    free(self->tiles);
    free(self->parts);
}
