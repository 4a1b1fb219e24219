// Weighted sums of 8-bit pixels in fixed point, along rows and along columns.
// Sums are unsigned because they may wrap on the way: with negative weights only the whole is sure to fit.
#include "ckernels.h"

enum { block = 64 };

static const uint32_t half = UINT32_C(1) << (ckernels_weight_bits - 1);

static inline uint8_t clipped(uint32_t sum) {
    const int32_t value = (int32_t)sum >> ckernels_weight_bits;
    return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

/// `height` rows at a time share the weights, and their sums do not wait for one another.
static inline __attribute__((always_inline)) void resample_strip(
    size_t height, const uint8_t *source, size_t columns, const ckernels_span *spans, const int32_t *weights,
    size_t taps, uint8_t *resampled, size_t out_columns) {
    for (size_t x = 0; x < out_columns; x++) {
        const uint8_t *values = source + spans[x].first;
        const int32_t *weight = weights + x * taps;
        const int32_t count = spans[x].count;
        uint32_t sums[4] = {half, half, half, half};
        for (int32_t i = 0; i < count; i++) {
            for (size_t row = 0; row < height; row++) sums[row] += (uint32_t)weight[i] * values[row * columns + i];
        }
        for (size_t row = 0; row < height; row++) resampled[row * out_columns + x] = clipped(sums[row]);
    }
}

void ckernels_resample_columns(
    const uint8_t *source, size_t rows, size_t columns, const ckernels_span *spans, const int32_t *weights, size_t taps,
    uint8_t *resampled, size_t out_columns) {
    size_t row = 0;
    for (; row + 4 <= rows; row += 4) {
        resample_strip(
            4, source + row * columns, columns, spans, weights, taps, resampled + row * out_columns, out_columns);
    }
    for (; row < rows; row++) {
        resample_strip(
            1, source + row * columns, columns, spans, weights, taps, resampled + row * out_columns, out_columns);
    }
}

void ckernels_resample_rows(
    const uint8_t *source, size_t columns, const ckernels_span *spans, const int32_t *weights, size_t taps,
    uint8_t *resampled, size_t out_rows) {
    for (size_t y = 0; y < out_rows; y++) {
        const uint8_t *top = source + (size_t)spans[y].first * columns;
        // A block of sums stays in the nearest cache while the rows under it pass by.
        for (size_t x = 0; x < columns; x += block) {
            const size_t width = columns - x < block ? columns - x : block;
            uint32_t sums[block];
            for (size_t i = 0; i < block; i++) sums[i] = half;
            for (int32_t tap = 0; tap < spans[y].count; tap++) {
                const uint32_t weight = (uint32_t)weights[y * taps + tap];
                const uint8_t *values = top + (size_t)tap * columns + x;
                for (size_t i = 0; i < width; i++) sums[i] += weight * values[i];
            }
            for (size_t i = 0; i < width; i++) resampled[y * columns + x + i] = clipped(sums[i]);
        }
    }
}
