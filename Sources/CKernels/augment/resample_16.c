// Weighted sums of 8-bit pixels with 16-bit weights, as PyTorch's antialiased `interpolate` takes them of 8-bit tensors.
#include "caugment.h"
#include "../image_kernels.h"

enum { block = 256, strip = 4 };

CKERNELS_BODY uint8_t clipped(int32_t sum, uint32_t bits) {
    const int32_t value = sum >> bits;
    return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

/// `height` rows at a time share the weights, and their sums do not wait for one another.
CKERNELS_BODY void columns_of_strip(
    size_t height, const uint8_t *source, size_t stride, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_columns) {
    const int32_t half = (int32_t)1 << (bits - 1);
    for (size_t x = 0; x < out_columns; x++) {
        const uint8_t *values = source + spans[x].first;
        const int16_t *weight = weights + x * taps;
        int32_t sums[strip] = {half, half, half, half};
        for (int32_t i = 0; i < spans[x].count; i++) {
            for (size_t row = 0; row < height; row++) sums[row] += weight[i] * values[row * stride + (size_t)i];
        }
        for (size_t row = 0; row < height; row++) resampled[row * out_columns + x] = clipped(sums[row], bits);
    }
}

void ckernels_resample_columns_in_16_bits(
    const uint8_t *source, size_t rows, size_t stride, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_columns) {
    size_t row = 0;
    for (; row + strip <= rows; row += strip) {
        columns_of_strip(
            strip, source + row * stride, stride, spans, weights, taps, bits, resampled + row * out_columns,
            out_columns);
    }
    for (; row < rows; row++) {
        columns_of_strip(
            1, source + row * stride, stride, spans, weights, taps, bits, resampled + row * out_columns, out_columns);
    }
}

CKERNELS_BODY void rows_of_image(
    const uint8_t *source, size_t stride, size_t columns, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_rows) {
    for (size_t y = 0; y < out_rows; y++) {
        const uint8_t *top = source + (size_t)spans[y].first * stride;
        for (size_t x = 0; x < columns; x += block) {
            const size_t width = columns - x < block ? columns - x : block;
            int32_t sums[block];
            for (size_t i = 0; i < block; i++) sums[i] = (int32_t)1 << (bits - 1);
            for (int32_t tap = 0; tap < spans[y].count; tap++) {
                const int32_t weight = weights[y * taps + (size_t)tap];
                const uint8_t *values = top + (size_t)tap * stride + x;
                for (size_t i = 0; i < width; i++) sums[i] += weight * values[i];
            }
            for (size_t i = 0; i < width; i++) resampled[y * columns + x + i] = clipped(sums[i], bits);
        }
    }
}

#if defined(__x86_64__)
CKERNELS_AVX2 static void rows_avx2(
    const uint8_t *source, size_t stride, size_t columns, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_rows) {
    rows_of_image(source, stride, columns, spans, weights, taps, bits, resampled, out_rows);
}
#endif

void ckernels_resample_rows_in_16_bits(
    const uint8_t *source, size_t stride, size_t columns, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_rows) {
#if defined(__x86_64__)
    if (ckernels_has(ckernels_avx2)) {
        rows_avx2(source, stride, columns, spans, weights, taps, bits, resampled, out_rows);
        return;
    }
#endif
    rows_of_image(source, stride, columns, spans, weights, taps, bits, resampled, out_rows);
}
