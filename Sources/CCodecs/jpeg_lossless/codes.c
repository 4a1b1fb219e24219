#include "codes.h"

#include <string.h>

uint32_t ll_match(const ll_decoder *self, uint32_t bits, uint32_t *category) {
    uint32_t code = bits >> 16;
    for (uint32_t length = 1; length <= 16; length++) {
        if (code < self->end_code[length] && code >= self->first_code[length]) {
            *category = self->values[self->first_value[length] + ((code - self->first_code[length]) >> (16 - length))];
            return length;
        }
    }
    return 0;
}

/// Decodes one difference from the `available` first of `bits`; returns how many it took, 0 where it does not fit.
static uint32_t one_difference(const ll_decoder *self, uint32_t bits, uint32_t available, uint16_t *difference) {
    uint32_t category = 0;
    uint32_t length = ll_match(self, bits, &category);
    uint32_t extra = category == LL_MOST_CATEGORY ? 0 : category;
    if (!length || length + extra > available) return 0;
    if (category == 0)
        *difference = 0;
    else if (category == LL_MOST_CATEGORY)
        *difference = 0x8000;
    else
        *difference = ll_extend(bits << length >> (32 - category), category);
    return length + extra;
}

int ll_prepare(ll_decoder *self, const ll_huffman *table) {
    memcpy(self->values, table->values, sizeof self->values);
    uint32_t code = 0;
    uint16_t value = 0;
    for (uint32_t length = 1; length <= 16; length++) {
        self->first_value[length] = value;
        self->first_code[length] = code;
        code += (uint32_t)table->counts[length] << (16 - length);
        self->end_code[length] = code;
        value = (uint16_t)(value + table->counts[length]);
        if (code > 0x10000) return 0;  // more codes than there is room for
    }
    for (uint32_t i = 0; i < value; i++)
        if (self->values[i] > LL_MOST_CATEGORY) return 0;
    for (uint32_t index = 0; index < 1u << LL_LOOK; index++) {
        ll_look entry = {{0, 0}, 0, 0, 0, 0};
        uint32_t bits = index << (32 - LL_LOOK);
        uint32_t category = 0;
        uint32_t length = ll_match(self, bits, &category);
        if (length && length <= LL_LOOK) {
            entry.code_bits = (uint8_t)length;
            entry.category = (uint8_t)category;
        }
        while (entry.count < 2) {
            uint32_t left = LL_LOOK - entry.bits;
            uint32_t taken = left ? one_difference(self, bits << entry.bits, left, &entry.difference[entry.count]) : 0;
            if (!taken) break;
            entry.bits = (uint8_t)(entry.bits + taken);
            entry.count++;
        }
        self->look[index] = entry;
    }
    return 1;
}

int ll_read_tables(const uint8_t *in, const uint8_t *end, ll_huffman tables[4]) {
    while (in < end) {
        if (end - in < 17) return 0;
        uint8_t which = *in++;
        if (which > 3) return 0;  // class 0 alone is for lossless
        ll_huffman *table = &tables[which];
        uint32_t total = 0;
        for (int length = 1; length <= 16; length++) total += table->counts[length] = *in++;
        if (total > 256 || (size_t)(end - in) < total) return 0;
        memcpy(table->values, in, total);
        table->defined = 1;
        in += total;
    }
    return 1;
}
