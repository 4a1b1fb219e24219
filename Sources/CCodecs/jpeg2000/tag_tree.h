// Tag trees (T.800 B.10.2) and the bits of packet headers that they are read from (B.10.1).
#ifndef J2K_TAG_TREE_H
#define J2K_TAG_TREE_H

#include "tile.h"

enum { J2K_UNKNOWN = 0xFFFF };

/// A packet header's bits: the byte behind an FF has a stuffed zero bit in front.
typedef struct {
    const uint8_t *next, *end;
    uint32_t byte;
    uint32_t left;  // bits of `byte` not yet read
    bool ended;     // more was asked for than there is
} j2k_bits;

static inline uint32_t j2k_bit(j2k_bits *bits) {
    if (!bits->left) {
        bits->left = bits->byte == 0xFF ? 7 : 8;
        if (bits->next == bits->end) {
            bits->ended = true;
            bits->byte = 0;
        } else {
            bits->byte = *bits->next++;
        }
    }
    return bits->byte >> --bits->left & 1;
}

static inline uint32_t j2k_bits_number(j2k_bits *bits, uint32_t count) {
    uint32_t value = 0;
    while (count--) value = value << 1 | j2k_bit(bits);
    return value;
}

/// Nodes of a tree over `across` times `down` leaves: the leaves, then each level above.
uint32_t j2k_tag_tree_nodes(uint32_t across, uint32_t down);

/// Reads until it is known whether the leaf's value is less than `threshold`; returns that.
bool j2k_tag_tree_is_below(
    j2k_tag_node *nodes, uint32_t across, uint32_t down, uint32_t x, uint32_t y, uint32_t threshold, j2k_bits *bits);

#endif
