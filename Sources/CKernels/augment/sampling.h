// Sampling of an image between its pixels, as `grid_sample(padding_mode="zeros", align_corners=False)` does it, in blocks that
// stay in the nearest cache: places and weights of a block in vectors, then its pixels one by one, then their sums in vectors
// again.
#ifndef SAMPLING_H
#define SAMPLING_H

#include "caugment.h"
#include "../image_kernels.h"

#include <string.h>

// Only what is written as fused is.
#pragma STDC FP_CONTRACT OFF

enum { block = 256, margin = ckernels_affine_margin };

/// From a place between -1 and 1 to pixels.
CKERNELS_BODY float pixel_of(float between, float half_size) {
    return __builtin_fmaf(between + 1.0f, half_size, -0.5f);
}

/// A place beyond the margin is as black as one in it; what is not a number goes there too.
CKERNELS_BODY float held(float place, float size) {
    const float above = place > -margin ? place : -margin;
    return above < size ? above : size;
}

CKERNELS_BODY float inside(float place, float size) { return place >= 0.0f && place < size ? 1.0f : 0.0f; }

/// What two bytes in memory hold, read as one number.
CKERNELS_BODY float first_byte(uint16_t pair) {
    return (float)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? pair & 0xFF : pair >> 8);
}

CKERNELS_BODY float second_byte(uint16_t pair) {
    return (float)(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? pair >> 8 : pair & 0xFF);
}

CKERNELS_BODY float sum(const float values[4], const float weights[4]) {
    float sum = values[0] * weights[0];
    for (int i = 1; i < 4; i++) sum = __builtin_fmaf(values[i], weights[i], sum);
    return sum;
}

/// Samples at `count` places, at most a block, with four weights a pixel; `rows` and `columns` are without the margin.
CKERNELS_BODY void sample_bilinear(
    const uint8_t *padded, int32_t rows, int32_t columns, const float *across, const float *down, int32_t count,
    uint8_t *sampled) {
    const float width = (float)columns, height = (float)rows;
    const int32_t stride = columns + 2 * margin;
    int32_t places[block];
    uint16_t upper[block], lower[block];
    float weights[4][block], shares[block];
    for (int32_t i = 0; i < count; i++) {
        const float left = __builtin_floorf(across[i]), top = __builtin_floorf(down[i]);
        const float right_part = across[i] - left, lower_part = down[i] - top;
        const float left_part = 1.0f - right_part, upper_part = 1.0f - lower_part;
        const float four[4] = {
            upper_part * left_part, upper_part * right_part, lower_part * left_part, lower_part * right_part};
        const float column[2] = {inside(left, width), inside(left + 1.0f, width)};
        const float line[2] = {inside(top, height), inside(top + 1.0f, height)};
        const float there[4] = {line[0] * column[0], line[0] * column[1], line[1] * column[0], line[1] * column[1]};
        shares[i] = sum(there, four);
        for (int k = 0; k < 4; k++) weights[k][i] = four[k];
        places[i] = ((int32_t)held(top, height) + margin) * stride + (int32_t)held(left, width) + margin;
    }
    for (int32_t i = 0; i < count; i++) {
        const uint8_t *corner = padded + places[i];
        // Two neighbours in one load.
        memcpy(&upper[i], corner, 2);
        memcpy(&lower[i], corner + stride, 2);
    }
    for (int32_t i = 0; i < count; i++) {
        const float at[4] = {first_byte(upper[i]), second_byte(upper[i]), first_byte(lower[i]), second_byte(lower[i])};
        const float of[4] = {weights[0][i], weights[1][i], weights[2][i], weights[3][i]};
        // A sum of weights may exceed 1 by its last bit.
        sampled[i] = (uint8_t)(int32_t)__builtin_rintf(sum(at, of) * shares[i]);
    }
}

#endif
