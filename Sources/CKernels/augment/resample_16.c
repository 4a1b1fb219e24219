// Weighted sums of 8-bit pixels with 16-bit weights, as PyTorch's antialiased `interpolate` takes them of 8-bit tensors.
#include "caugment.h"
#include "../image_kernels.h"

enum { lanes = 32, strip = 4 };

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

/// Pixels side by side, and their sums: these stay in registers while the rows under them pass by.
typedef uint8_t pixels __attribute__((ext_vector_type(lanes), aligned(1), may_alias));
typedef int32_t pixel_sums __attribute__((ext_vector_type(lanes)));

CKERNELS_BODY void rows_of_image(
    const uint8_t *source, size_t stride, size_t columns, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_rows) {
    const int32_t half = (int32_t)1 << (bits - 1);
    const pixel_sums black = 0, white = 255;
    for (size_t y = 0; y < out_rows; y++) {
        const uint8_t *top = source + (size_t)spans[y].first * stride;
        const int16_t *weight = weights + y * taps;
        uint8_t *out = resampled + y * columns;
        const size_t count = (size_t)spans[y].count;
        size_t x = 0;
        for (; x + lanes <= columns; x += lanes) {
            pixel_sums sums = half;
            for (size_t tap = 0; tap < count; tap++) {
                const pixels values = *(const pixels *)(top + tap * stride + x);
                sums += (int32_t)weight[tap] * __builtin_convertvector(values, pixel_sums);
            }
            sums = __builtin_elementwise_min(__builtin_elementwise_max(sums >> (int32_t)bits, black), white);
            *(pixels *)(out + x) = __builtin_convertvector(sums, pixels);
        }
        for (; x < columns; x++) {
            int32_t sum = half;
            for (size_t tap = 0; tap < count; tap++) sum += weight[tap] * top[tap * stride + x];
            out[x] = clipped(sum, bits);
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
