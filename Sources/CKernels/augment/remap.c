// Sampling where the rows and the columns of a grid lead, as OpenCV 4's `remap` of 8-bit images does it: places in 32nds of a
// pixel, and sums of whole numbers.
#include "caugment.h"

void ckernels_remap_grid(
    const uint8_t *pixels, size_t stride, const ckernels_tap *across, size_t columns, const ckernels_tap *down, size_t rows,
    uint8_t *sampled) {
    for (size_t y = 0; y < rows; y++) {
        const uint8_t *upper = pixels + (size_t)down[y].first * stride;
        const uint8_t *lower = pixels + (size_t)down[y].second * stride;
        const uint32_t upper_part = down[y].first_part, lower_part = down[y].second_part;
        for (size_t x = 0; x < columns; x++) {
            const ckernels_tap tap = across[x];
            const uint32_t above = upper[tap.first] * tap.first_part + upper[tap.second] * tap.second_part;
            const uint32_t below = lower[tap.first] * tap.first_part + lower[tap.second] * tap.second_part;
            sampled[y * columns + x] = (uint8_t)((above * upper_part + below * lower_part + 512) >> 10);
        }
    }
}
