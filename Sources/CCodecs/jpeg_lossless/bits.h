// The bit reader: one unaligned load without a branch, over data that were freed of their stuffing.
#ifndef LL_BITS_H
#define LL_BITS_H

#include <stdint.h>
#include <string.h>

/// Zero bytes behind the data, so that a load never reads past them.
enum { LL_PADDING = 16 };

typedef struct {
    const uint8_t *next;
    const uint8_t *end;  // one past the last byte that is not padding
    uint32_t used;       // bits of *next already taken, 0 to 7
} ll_bits;

static inline uint64_t ll_word64(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return __builtin_bswap64(word);
}

/// The next bits, the first of them highest; at least 57.
static inline uint64_t ll_next_bits(const ll_bits *self) { return ll_word64(self->next) << self->used; }

/// Steps over `bits` more.
static inline void ll_take_bits(ll_bits *self, uint32_t bits) {
    self->used += bits;
    self->next += self->used >> 3;
    self->used &= 7;
}

#endif
