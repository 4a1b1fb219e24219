// Sampling along an affine map, in blocks that stay in the nearest cache: places and weights of a block in vectors, then
// its pixels one by one, then their sums in vectors again.
#include "caugment.h"
#include "../image_kernels.h"

#include <string.h>

// Only what is written as fused is.
#pragma STDC FP_CONTRACT OFF

enum { block = 256, margin = ckernels_affine_margin };

/// PyTorch's product of (x, y, 1) with the map, and from there to pixels.
CKERNELS_BODY float place(const float map[3], float x, float y, float half_size) {
    const float between = __builtin_fmaf(y, map[1], x * map[0]) + map[2];
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

CKERNELS_BODY void bilinear(const ckernels_affine *map, uint8_t *sampled) {
    const float width = (float)map->columns, height = (float)map->rows;
    const int32_t stride = map->columns + 2 * margin;
    int32_t places[block];
    uint16_t upper[block], lower[block];
    float weights[4][block], shares[block];
    for (int32_t row = 0; row < map->rows; row++) {
        const float y = (float)row - (height - 1.0f) * 0.5f;
        for (int32_t first = 0; first < map->columns; first += block) {
            const int32_t count = map->columns - first < block ? map->columns - first : block;
            for (int32_t i = 0; i < count; i++) {
                const float x = (float)(first + i) - (width - 1.0f) * 0.5f;
                const float across = place(map->across, x, y, width / 2.0f);
                const float down = place(map->down, x, y, height / 2.0f);
                const float left = __builtin_floorf(across), top = __builtin_floorf(down);
                const float right_part = across - left, lower_part = down - top;
                const float left_part = 1.0f - right_part, upper_part = 1.0f - lower_part;
                const float four[4] = {
                    upper_part * left_part, upper_part * right_part, lower_part * left_part, lower_part * right_part};
                const float column[2] = {inside(left, width), inside(left + 1.0f, width)};
                const float line[2] = {inside(top, height), inside(top + 1.0f, height)};
                const float there[4] = {
                    line[0] * column[0], line[0] * column[1], line[1] * column[0], line[1] * column[1]};
                shares[i] = sum(there, four);
                for (int k = 0; k < 4; k++) weights[k][i] = four[k];
                places[i] = ((int32_t)held(top, height) + margin) * stride + (int32_t)held(left, width) + margin;
            }
            for (int32_t i = 0; i < count; i++) {
                const uint8_t *corner = map->padded + places[i];
                // Two neighbours in one load.
                memcpy(&upper[i], corner, 2);
                memcpy(&lower[i], corner + stride, 2);
            }
            for (int32_t i = 0; i < count; i++) {
                const float at[4] = {
                    first_byte(upper[i]), second_byte(upper[i]), first_byte(lower[i]), second_byte(lower[i])};
                const float of[4] = {weights[0][i], weights[1][i], weights[2][i], weights[3][i]};
                // A sum of weights may exceed 1 by its last bit.
                const float value = __builtin_rintf(sum(at, of) * shares[i]);
                sampled[(size_t)row * (size_t)map->columns + (size_t)(first + i)] = (uint8_t)(int32_t)value;
            }
        }
    }
}

CKERNELS_BODY void nearest(const ckernels_affine *map, uint8_t *sampled) {
    const float width = (float)map->columns, height = (float)map->rows;
    const int32_t stride = map->columns + 2 * margin;
    int32_t places[block];
    for (int32_t row = 0; row < map->rows; row++) {
        const float y = (float)row - (height - 1.0f) * 0.5f;
        for (int32_t first = 0; first < map->columns; first += block) {
            const int32_t count = map->columns - first < block ? map->columns - first : block;
            for (int32_t i = 0; i < count; i++) {
                const float x = (float)(first + i) - (width - 1.0f) * 0.5f;
                const float across = __builtin_rintf(place(map->across, x, y, width / 2.0f));
                const float down = __builtin_rintf(place(map->down, x, y, height / 2.0f));
                places[i] = ((int32_t)held(down, height) + margin) * stride + (int32_t)held(across, width) + margin;
            }
            uint8_t *out = sampled + (size_t)row * (size_t)map->columns + (size_t)first;
            for (int32_t i = 0; i < count; i++) out[i] = map->padded[places[i]];
        }
    }
}

#if defined(__x86_64__)
CKERNELS_AVX2 static void bilinear_avx2(const ckernels_affine *map, uint8_t *sampled) { bilinear(map, sampled); }
CKERNELS_AVX512 static void bilinear_avx512(const ckernels_affine *map, uint8_t *sampled) { bilinear(map, sampled); }
CKERNELS_AVX2 static void nearest_avx2(const ckernels_affine *map, uint8_t *sampled) { nearest(map, sampled); }
CKERNELS_AVX512 static void nearest_avx512(const ckernels_affine *map, uint8_t *sampled) { nearest(map, sampled); }
#endif

void ckernels_affine_bilinear(ckernels_instruction_set set, const ckernels_affine *map, uint8_t *sampled) {
    switch (set) {
#if defined(__x86_64__)
    case ckernels_avx512: bilinear_avx512(map, sampled); break;
    case ckernels_avx2: bilinear_avx2(map, sampled); break;
#endif
    default: bilinear(map, sampled);
    }
}

void ckernels_affine_nearest(ckernels_instruction_set set, const ckernels_affine *map, uint8_t *sampled) {
    switch (set) {
#if defined(__x86_64__)
    case ckernels_avx512: nearest_avx512(map, sampled); break;
    case ckernels_avx2: nearest_avx2(map, sampled); break;
#endif
    default: nearest(map, sampled);
    }
}
