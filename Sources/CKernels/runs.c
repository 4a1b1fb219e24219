// Runs of set bits in a row of a mask.
#include "ckernels.h"

size_t ckernels_runs(const uint64_t *bits, size_t count, ckernels_run *runs) {
    size_t found = 0;
    uint64_t before = 0;  // the bit to the left
    for (size_t i = 0; i < (count + 63) / 64; i++) {
        // Set where a bit differs from the one to its left: starts and ends by turns.
        uint64_t changes = bits[i] ^ (bits[i] << 1 | before);
        uint64_t open = before;
        before = bits[i] >> 63;
        while (changes) {
            const uint32_t place = (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(changes);
            if (open)
                runs[found++].end = place;
            else
                runs[found].first = place;
            open ^= 1;
            changes &= changes - 1;
        }
    }
    if (before && count % 64 == 0) runs[found++].end = (uint32_t)count;
    return found;
}
