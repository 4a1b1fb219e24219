// Weighted sums of pixels in single precision, each product rounded before it is added: the same values with every compiler and
// instruction set.
#include "caugment.h"

#pragma STDC FP_CONTRACT OFF

void ckernels_resample_floats(
    const float *source, size_t columns, const ckernels_axis *down, const ckernels_axis *across, float *line,
    float *resampled) {
    for (size_t y = 0; y < down->count; y++) {
        const ckernels_span rows = down->spans[y];
        const float *weights = down->weights + y * down->taps;
        for (size_t x = 0; x < columns; x++) line[x] = source[(size_t)rows.first * columns + x] * weights[0];
        for (int32_t tap = 1; tap < rows.count; tap++) {
            const float *row = source + (size_t)(rows.first + tap) * columns;
            for (size_t x = 0; x < columns; x++) line[x] += row[x] * weights[tap];
        }
        for (size_t x = 0; x < across->count; x++) {
            const ckernels_span span = across->spans[x];
            const float *weight = across->weights + x * across->taps;
            float sum = line[span.first] * weight[0];
            for (int32_t tap = 1; tap < span.count; tap++) sum += line[span.first + tap] * weight[tap];
            resampled[y * across->count + x] = sum;
        }
    }
}
