#include "tag_tree.h"

uint32_t j2k_tag_tree_nodes(uint32_t across, uint32_t down) {
    if (!across || !down) return 0;
    uint64_t nodes = (uint64_t)across * down;
    while (across > 1 || down > 1) {
        across = (across + 1) / 2, down = (down + 1) / 2;
        nodes += (uint64_t)across * down;
    }
    return nodes > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)nodes;
}

bool j2k_tag_tree_is_below(
    j2k_tag_node *nodes, uint32_t across, uint32_t down, uint32_t x, uint32_t y, uint32_t threshold, j2k_bits *bits) {
    j2k_tag_node *path[32];
    uint32_t depth = 0;
    for (;; depth++) {
        path[depth] = nodes + (uint64_t)y * across + x;
        if (across <= 1 && down <= 1) break;
        nodes += (uint64_t)across * down;
        across = (across + 1) / 2, down = (down + 1) / 2;
        x /= 2, y /= 2;
    }
    // From the root down: a node's value is at least its parent's.
    uint32_t low = 0;
    for (;; depth--) {
        j2k_tag_node *node = path[depth];
        if (low < node->low) low = node->low;
        while (low < threshold && low < node->value) {
            if (j2k_bit(bits)) node->value = (uint16_t)low;
            else low++;
        }
        node->low = (uint16_t)low;
        if (!depth) return node->value < threshold;
    }
}
