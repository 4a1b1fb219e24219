// Differences out of the bits, several looks to a load.
#include "row.h"

/// Looks a load: LL_LOOKS * LL_LOOK bits fit into the 57 that it gives.
enum { LL_LOOKS = 4 };

/// A difference that no look holds: its code is known from the look where it is short, else it is searched for.
static int long_difference(const ll_decoder *self, ll_bits *reader, uint16_t *difference) {
    uint64_t bits = ll_next_bits(reader);
    ll_look entry = self->look[bits >> (64 - LL_LOOK)];
    uint32_t length = entry.code_bits, category = entry.category;
    if (!length) length = ll_match(self, (uint32_t)(bits >> 32), &category);
    if (!length) return 0;
    uint32_t extra = category == LL_MOST_CATEGORY ? 0 : category;
    *difference = category == 0 ? 0
        : category == LL_MOST_CATEGORY
        ? 0x8000
        : ll_extend((uint32_t)(bits << length >> (64 - category)), category);
    ll_take_bits(reader, length + extra);
    return 1;
}

ccodecs_status ll_read_row(const ll_decoder *self, ll_bits *reader, uint16_t *row, uint32_t columns) {
    ll_bits at = *reader;
    uint32_t x = 0;
    // Two differences are written whether or not there are two: the loop keeps clear of the row's end.
    while (x + 2 * LL_LOOKS <= columns) {
        uint64_t bits = ll_next_bits(&at);
        uint32_t taken = at.used;
        uint32_t missed = 0;
#pragma clang loop unroll(full)
        for (int i = 0; i < LL_LOOKS; i++) {
            ll_look entry = self->look[bits >> (64 - LL_LOOK)];
            memcpy(row + x, entry.difference, sizeof entry.difference);
            bits <<= entry.bits;
            taken += entry.bits;
            x += entry.count;
            missed |= entry.count == 0;
        }
        at.next += taken >> 3;
        at.used = taken & 7;
        if (at.next > at.end) return ccodecs_truncated;
        // A look that held nothing took nothing, and neither did those behind it.
        if (missed && !long_difference(self, &at, &row[x++])) return ccodecs_bad_code;
    }
    while (x < columns) {
        ll_look entry = self->look[ll_next_bits(&at) >> (64 - LL_LOOK)];
        uint32_t category = entry.category, length = entry.code_bits;
        uint32_t whole = length + (category == LL_MOST_CATEGORY ? 0 : category);
        if (length && whole <= LL_LOOK) {
            row[x++] = entry.difference[0];
            ll_take_bits(&at, whole);
        } else if (!long_difference(self, &at, &row[x++])) {
            return ccodecs_bad_code;
        }
        if (at.next > at.end) return ccodecs_truncated;
    }
    *reader = at;
    return at.next > at.end || (at.next == at.end && at.used > 0) ? ccodecs_truncated : ccodecs_ok;
}
