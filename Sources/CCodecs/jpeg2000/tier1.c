// The three coding passes (T.800 D.3).
//
// Two pictures of a code block go along.
//
// Maps have a bit for each sample, column by column within a stripe of four rows, so that a 64-bit word is 16 columns
// of a stripe: what a pass has to visit comes out of a few operations for 64 samples at once, and the walk over set bits
// meets none in vain.
//
// Flags have a 64-bit word for each column of a stripe, in which the neighbourhoods lie ready for the tables of
// contexts. By rows from 0 (the last of the stripe above) to 5 (the first of the one below), the stripe's own being 1
// to 4:
//     bits 3r to 3r+2: the left neighbour, the sample itself and the right neighbour are significant;
//     bit 18+3r: the sample is negative.
// Shifted right by 3i, sample i of a column has its neighbourhood in bits 0 to 8, itself in 4.
#include "tier1.h"

#define SIGNIFICANT 0x3FFFFull
#define TOP_ROWS 0x1111111111111111ull  // of the columns in a map's word; shifted, any other row
#define SELF 4
#define SIGN 21

typedef struct {
    j2k_mq mq;
    j2k_tier1 *work;
    const uint8_t *zero_coding;
    uint32_t width, height;
    uint32_t stripes, words;  // of a map; words are those of a stripe
    size_t row, map_row;      // from stripe to stripe
    uint32_t one;             // the plane's bit in a magnitude, which is kept doubled
} coder;

/// Where a word of a map belongs.
typedef struct {
    uint64_t *flags;    // of its first column
    uint32_t *samples;  // of its first bit
    size_t map;
    uint64_t inside;    // the samples that there are
    bool whole;         // all four rows
} place;

J2K_INLINE place place_of(const coder *self, uint32_t stripe, uint32_t word) {
    j2k_tier1 *work = self->work;
    const uint32_t columns = self->width - 16 * word, rows = self->height - 4 * stripe;
    uint64_t inside = columns < 16 ? ((uint64_t)1 << 4 * columns) - 1 : ~0ull;
    if (rows < 4) inside &= TOP_ROWS * ((1u << rows) - 1);
    return (place){
        .flags = work->flags + (stripe + 1) * self->row + 1 + 16 * word,
        .samples = work->samples + (size_t)stripe * 4 * self->width + 64 * word,
        .map = (stripe + 1) * self->map_row + 1 + word, .inside = inside, .whole = rows >= 4};
}

/// Decodes the sign of the sample at bit `at`, which has become significant, and tells its neighbours.
J2K_INLINE void become_significant(coder *self, const place *in, uint32_t at) {
    j2k_tier1 *work = self->work;
    uint64_t *column = in->flags + (at >> 2);
    const uint32_t i = at & 3, shift = 3 * i;
    const uint64_t flags = *column, here = flags >> shift;
    const uint32_t index = (here & 0xAA) | (here >> 18 & 1) | (column[-1] >> (shift + SIGN) & 1) << 2
        | (column[1] >> (shift + SIGN) & 1) << 4 | (here >> 24 & 1) << 6;
    const uint32_t coding = work->sign_coding[index];
    const uint64_t sign =
        j2k_mq_decode(&self->mq, &work->contexts[coding & 0x7F], &work->odd) ^ coding >> 7;
    in->samples[at] = (uint32_t)sign << 31 | self->one | self->one >> 1;
    column[-1] |= 1ull << (shift + SELF + 1);
    column[0] = flags | (1ull << SELF | sign << SIGN) << shift;
    column[1] |= 1ull << (shift + SELF - 1);
    // The stripe above or below, as its row 5 or 0; for a sample in the middle nothing, which costs less than a branch.
    uint64_t *beyond = J2K_CHANCE(i == 0) ? column - self->row : column + self->row;
    const uint32_t edge = J2K_CHANCE(i == 0) ? 15 : 0;
    const uint64_t told = J2K_CHANCE(i == 0 || i == 3) ? 1ull << edge : 0;
    beyond[-1] |= told << 2;
    beyond[0] |= told << 1 | told * sign << 18;
    beyond[1] |= told;
}

/// Of a word's samples, those that are significant or have a significant neighbour.
J2K_INLINE uint64_t near_significant(const uint64_t *map, size_t map_row) {
    // Each row joined with its neighbours to the left and right, then the rows with each other.
#define SIDES(m) ((m)[0] | (m)[0] << 4 | (m)[0] >> 4 | (m)[-1] >> 60 | (m)[1] << 60)
    const uint64_t here = SIDES(map);
    const uint64_t above = SIDES(map - map_row), below = SIDES(map + map_row);
#undef SIDES
    return here | (here << 1 & ~TOP_ROWS) | (here >> 1 & ~(TOP_ROWS << 3)) | (above >> 3 & TOP_ROWS)
        | (below & TOP_ROWS) << 3;
}

/// D.3.1.
J2K_INLINE void significance_pass(coder *self) {
    j2k_tier1 *work = self->work;
    for (uint32_t stripe = 0; stripe < self->stripes; stripe++)
        for (uint32_t word = 0; word < self->words; word++) {
            const place in = place_of(self, stripe, word);
            uint64_t *map = work->significant + in.map;
            uint64_t significant = *map, visited = 0;
            const uint64_t insignificant = in.inside & ~significant;
            uint64_t open = near_significant(map, self->map_row) & insignificant;
            while (open) {
                const uint32_t at = (uint32_t)__builtin_ctzll(open);
                const uint64_t bit = open & -open;
                open ^= bit;
                visited |= bit;
                const uint32_t context = self->zero_coding[in.flags[at >> 2] >> 3 * (at & 3) & 0x1FF];
                if (!j2k_mq_decode(&self->mq, &work->contexts[context], &work->odd)) continue;
                become_significant(self, &in, at);
                significant |= bit;
                // The next sample and three of the next column become candidates, as far as they are in this word.
                const uint64_t column = bit << 4;
                const uint64_t behind =
                    column | ((bit << 1 | column << 1) & ~TOP_ROWS) | (column >> 1 & ~(TOP_ROWS << 3));
                open |= behind & insignificant;
            }
            *map = significant;
            work->visited[in.map] = visited;
        }
}

/// D.3.3. The samples and their contexts are known before the pass, so that one loop without a branch does it all.
J2K_INLINE void refinement_pass(coder *self) {
    j2k_tier1 *work = self->work;
    const uint32_t half = self->one >> 1, plane = (uint32_t)__builtin_ctz(self->one);
    // A sample that became significant one plane ago has no higher bit.
    const uint32_t refined = 4 * self->one;
    j2k_mq mq = self->mq;
    for (uint32_t stripe = 0; stripe < self->stripes; stripe++) {
        const place in = place_of(self, stripe, 0);
        uint32_t count = 0;
        for (uint32_t word = 0; word < self->words; word++)
            for (uint64_t open = work->significant[in.map + word] & ~work->visited[in.map + word]; open;
                 open &= open - 1)
                work->places[count++] = (uint16_t)(64 * word + (uint32_t)__builtin_ctzll(open));
        for (uint32_t n = 0; n < count; n++) {
            const uint32_t at = work->places[n];
            const uint32_t sample = in.samples[at];
            const bool near = (in.flags[at >> 2] >> 3 * (at & 3) & 0x1EF) != 0;
            const bool first = (sample & 0x7FFFFFFF) < refined;
            const uint32_t context = J2K_CHANCE(first) ? 14 + near : 16;
            const uint32_t bit = j2k_mq_decode(&mq, &work->contexts[context], &work->odd);
            in.samples[at] = sample - half + (bit << plane);
        }
    }
    self->mq = mq;
}

/// D.3.4.
J2K_INLINE void cleanup_pass(coder *self) {
    j2k_tier1 *work = self->work;
    j2k_mq_state *contexts = work->contexts;
    for (uint32_t stripe = 0; stripe < self->stripes; stripe++)
        for (uint32_t word = 0; word < self->words; word++) {
            const place in = place_of(self, stripe, word);
            uint64_t significant = work->significant[in.map];
            uint64_t open = in.inside & ~(significant | work->visited[in.map]);
            while (open) {
                uint32_t at = (uint32_t)__builtin_ctzll(open);
                const uint64_t flags = in.flags[at >> 2];
                bool found;
                if (!(flags & SIGNIFICANT) && in.whole) {
                    // Four at once, with nothing significant around (D.3.4, table D.5).
                    const uint64_t column = 15ull << at;
                    if (!j2k_mq_decode_likely(&self->mq, &contexts[J2K_CONTEXT_RUN], &work->odd)) {
                        open ^= column;
                        continue;
                    }
                    uint32_t i = j2k_mq_decode(&self->mq, &contexts[J2K_CONTEXT_UNIFORM], &work->odd) << 1;
                    i |= j2k_mq_decode(&self->mq, &contexts[J2K_CONTEXT_UNIFORM], &work->odd);
                    open ^= column & ~(column << i);
                    at += i;
                    found = true;
                } else {
                    const uint32_t context = self->zero_coding[flags >> 3 * (at & 3) & 0x1FF];
                    found = j2k_mq_decode(&self->mq, &contexts[context], &work->odd);
                }
                open &= open - 1;
                if (!found) continue;
                become_significant(self, &in, at);
                significant |= 1ull << at;
            }
            work->significant[in.map] = significant;
        }
}

J2K_INLINE void put_out(const coder *self, int32_t *coefficients, size_t stride) {
    for (uint32_t y = 0; y < self->height; y++) {
        const uint32_t *samples = self->work->samples + (size_t)(y & ~3u) * self->width + (y & 3);
        int32_t *row = coefficients + y * stride;
        for (uint32_t x = 0; x < self->width; x++) {
            const uint32_t sample = samples[4 * x];
            const int32_t magnitude = (int32_t)((sample & 0x7FFFFFFF) >> 1), sign = (int32_t)sample >> 31;
            row[x] = (magnitude ^ sign) - sign;
        }
    }
}

J2K_INLINE bool decode_block(
    j2k_tier1 *work, const j2k_tier1_block *block, const uint8_t *data, int32_t *coefficients, size_t stride) {
    coder self = {
        .work = work, .zero_coding = work->zero_coding[block->orientation], .width = block->width,
        .height = block->height, .stripes = (block->height + 3) / 4, .words = (block->width + 15) / 16,
        .row = block->width + 2, .map_row = (block->width + 15) / 16 + 2};
    memset(work->flags, 0, (self.stripes + 2) * self.row * sizeof *work->flags);
    memset(work->significant, 0, (self.stripes + 2) * self.map_row * sizeof *work->significant);
    memset(work->visited, 0, (self.stripes + 2) * self.map_row * sizeof *work->visited);
    memset(work->samples, 0, (size_t)self.stripes * 4 * block->width * sizeof *work->samples);
    // Table D.7
    for (int c = 0; c < J2K_CONTEXTS; c++) work->contexts[c] = j2k_mq_states[0];
    work->contexts[0] = j2k_mq_states[2 * 4];
    work->contexts[J2K_CONTEXT_RUN] = j2k_mq_states[2 * 3];
    work->contexts[J2K_CONTEXT_UNIFORM] = j2k_mq_states[2 * 46];
    work->odd = false;
    j2k_mq_start(&self.mq, data, &work->odd);
    uint32_t kind = 2;  // the first plane has the last kind of pass alone
    self.one = 1u << block->planes;
    for (uint32_t pass = 0; pass < block->passes; pass++) {
        if (kind == 0) significance_pass(&self);
        else if (kind == 1) refinement_pass(&self);
        else cleanup_pass(&self);
        if (kind == 2) self.one >>= 1;
        kind = kind == 2 ? 0 : kind + 1;
    }
    put_out(&self, coefficients, stride);
    return !work->odd;
}

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v3"))) static bool decode_v3(
    j2k_tier1 *work, const j2k_tier1_block *block, const uint8_t *data, int32_t *coefficients, size_t stride) {
    return decode_block(work, block, data, coefficients, stride);
}
#endif

bool j2k_tier1_decode(
    j2k_tier1 *self, const j2k_tier1_block *block, const uint8_t *data, int32_t *coefficients, size_t stride) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v3")) return decode_v3(self, block, data, coefficients, stride);
#endif
    return decode_block(self, block, data, coefficients, stride);
}
