// Annex D's contexts (tables D.1 to D.3) for every neighbourhood.
#include "tier1.h"

/// Table D.1. `h`, `v` and `d`: how many neighbours are significant beside, above and below, and across.
static uint8_t zero_context(uint32_t orientation, uint32_t h, uint32_t v, uint32_t d) {
    if (orientation == 3) {
        const uint32_t hv = h + v;
        if (d >= 3) return 8;
        if (d == 2) return hv ? 7 : 6;
        if (d == 1) return hv >= 2 ? 5 : hv ? 4 : 3;
        return hv >= 2 ? 2 : (uint8_t)hv;
    }
    if (orientation == 1) {  // HL: what is beside and what is above change roles
        const uint32_t swapped = h;
        h = v, v = swapped;
    }
    if (h == 2) return 8;
    if (h == 1) return v ? 7 : d ? 6 : 5;
    if (v) return v == 2 ? 4 : 3;
    return d >= 2 ? 2 : (uint8_t)d;
}

/// Table D.2 and D.3. In `index`, from bit 0 in pairs of sign and significance: above, left, right, below.
static uint8_t sign_context(uint32_t index) {
    int contribution[4];
    for (int n = 0; n < 4; n++) {
        const uint32_t pair = index >> (2 * n) & 3;
        contribution[n] = pair & 2 ? (pair & 1 ? -1 : 1) : 0;
    }
    int h = contribution[1] + contribution[2], v = contribution[0] + contribution[3];
    h = h > 1 ? 1 : h < -1 ? -1 : h, v = v > 1 ? 1 : v < -1 ? -1 : v;
    const bool turn = h < 0 || (h == 0 && v < 0);
    if (turn) h = -h, v = -v;
    return (uint8_t)((h ? 12 + v : 9 + v) | turn << 7);
}

void j2k_tier1_prepare(j2k_tier1 *self) {
    for (uint32_t orientation = 0; orientation < 4; orientation++)
        for (uint32_t n = 0; n < 512; n++) {
            const uint32_t h = (n >> 3 & 1) + (n >> 5 & 1), v = (n >> 1 & 1) + (n >> 7 & 1);
            const uint32_t d = (n & 1) + (n >> 2 & 1) + (n >> 6 & 1) + (n >> 8 & 1);
            self->zero_coding[orientation][n] = zero_context(orientation, h, v, d);
        }
    for (uint32_t n = 0; n < 256; n++) self->sign_coding[n] = sign_context(n);
}
