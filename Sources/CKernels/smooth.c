// The binomial filter 1 4 6 4 1 over rows and columns, in whole numbers: sums of a column are at most 16 · 255, and sums
// of those, with the half that rounds, fit into 16 bits.
#include "image_kernels.h"

size_t ckernels_mirrored(ptrdiff_t i, size_t count) {
    const ptrdiff_t last = (ptrdiff_t)count - 1;
    if (last <= 0) return 0;
    while (i < 0 || i > last) i = i < 0 ? -i : 2 * last - i;
    return (size_t)i;
}

void smooth_reference(const uint8_t *const rows[5], size_t columns, uint16_t *sums, uint8_t *smoothed) {
    static const uint32_t weights[5] = {1, 4, 6, 4, 1};
    (void)sums;
    for (size_t x = 0; x < columns; x++) {
        uint32_t sum = 128;
        for (int row = 0; row < 5; row++) {
            for (int tap = 0; tap < 5; tap++) {
                const size_t place = ckernels_mirrored((ptrdiff_t)x + tap - 2, columns);
                sum += weights[row] * weights[tap] * rows[row][place];
            }
        }
        smoothed[x] = (uint8_t)(sum >> 8);
    }
}

CKERNELS_BODY void body(
    const uint8_t *const rows[5], size_t columns, uint16_t *restrict sums, uint8_t *restrict smoothed) {
    const uint8_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3], *e = rows[4];
    uint16_t *middle = sums + ckernels_smooth_margin;
    for (size_t x = 0; x < columns; x++) middle[x] = (uint16_t)(a[x] + e[x] + 4 * (b[x] + d[x]) + 6 * c[x]);
    for (ptrdiff_t i = 1; i <= ckernels_smooth_margin; i++) {
        middle[-i] = middle[ckernels_mirrored(-i, columns)];
        middle[(ptrdiff_t)columns - 1 + i] = middle[ckernels_mirrored((ptrdiff_t)columns - 1 + i, columns)];
    }
    for (size_t x = 0; x < columns; x++) {
        const uint16_t sum = (uint16_t)(
            sums[x] + sums[x + 4] + 4 * (sums[x + 1] + sums[x + 3]) + 6 * sums[x + 2] + 128);
        smoothed[x] = (uint8_t)(sum >> 8);
    }
}

void smooth_portable(const uint8_t *const rows[5], size_t columns, uint16_t *sums, uint8_t *smoothed) {
    body(rows, columns, sums, smoothed);
}

#if defined(__x86_64__)
CKERNELS_AVX2 void smooth_avx2(const uint8_t *const rows[5], size_t columns, uint16_t *sums, uint8_t *smoothed) {
    body(rows, columns, sums, smoothed);
}

CKERNELS_AVX512 void smooth_avx512(const uint8_t *const rows[5], size_t columns, uint16_t *sums, uint8_t *smoothed) {
    body(rows, columns, sums, smoothed);
}
#endif
