// Sampling along an affine map.
#include "sampling.h"

/// PyTorch's product of (x, y, 1) with the map, and from there to pixels.
CKERNELS_BODY float place(const float map[3], float x, float y, float half_size) {
    return pixel_of(__builtin_fmaf(y, map[1], x * map[0]) + map[2], half_size);
}

CKERNELS_BODY void bilinear(const ckernels_affine *map, uint8_t *sampled) {
    const float width = (float)map->columns, height = (float)map->rows;
    float across[block], down[block];
    for (int32_t row = 0; row < map->rows; row++) {
        const float y = (float)row - (height - 1.0f) * 0.5f;
        for (int32_t first = 0; first < map->columns; first += block) {
            const int32_t count = map->columns - first < block ? map->columns - first : block;
            for (int32_t i = 0; i < count; i++) {
                const float x = (float)(first + i) - (width - 1.0f) * 0.5f;
                across[i] = place(map->across, x, y, width / 2.0f);
                down[i] = place(map->down, x, y, height / 2.0f);
            }
            sample_bilinear(
                map->padded, map->rows, map->columns, across, down, count,
                sampled + (size_t)row * (size_t)map->columns + (size_t)first);
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
