// Elastic distortion: displacements from smoothed noise, and an image sampled where they lead.
#include "sampling.h"

enum { lanes = 16, vectors = 4, wide = lanes * vectors };

typedef float floats __attribute__((ext_vector_type(lanes), aligned(4), may_alias));

CKERNELS_BODY void weighted_sums(
    const float *source, size_t stride, const float *weights, size_t taps, float *sums, size_t count) {
    size_t i = 0;
    // Sums that stay in registers while the taps pass by.
    for (; i + wide <= count; i += wide) {
        floats sum[vectors] = {0, 0, 0, 0};
        for (size_t tap = 0; tap < taps; tap++) {
            const floats *values = (const floats *)(source + tap * stride + i);
            const floats weight = weights[tap];
            for (int k = 0; k < vectors; k++) sum[k] = __builtin_elementwise_fma(values[k], weight, sum[k]);
        }
        for (int k = 0; k < vectors; k++) ((floats *)(sums + i))[k] = sum[k];
    }
    for (; i < count; i++) {
        float sum = 0;
        for (size_t tap = 0; tap < taps; tap++) sum = __builtin_fmaf(source[tap * stride + i], weights[tap], sum);
        sums[i] = sum;
    }
}

CKERNELS_BODY void elastic(const ckernels_elastic *map, uint8_t *sampled) {
    const float width = (float)map->columns, height = (float)map->rows;
    float across[block], down[block];
    for (int32_t row = 0; row < map->rows; row++) {
        for (int32_t first = 0; first < map->columns; first += block) {
            const int32_t count = map->columns - first < block ? map->columns - first : block;
            const size_t start = (size_t)row * (size_t)map->columns + (size_t)first;
            for (int32_t i = 0; i < count; i++) {
                const float right = map->across[start + (size_t)i] * map->alpha / width;
                const float below = map->down[start + (size_t)i] * map->alpha / height;
                across[i] = pixel_of(map->column_places[first + i] + right, width / 2.0f);
                down[i] = pixel_of(map->row_places[row] + below, height / 2.0f);
            }
            sample_bilinear(map->padded, map->rows, map->columns, across, down, count, sampled + start);
        }
    }
}

#if defined(__x86_64__)
CKERNELS_AVX2 static void sums_avx2(
    const float *source, size_t stride, const float *weights, size_t taps, float *sums, size_t count) {
    weighted_sums(source, stride, weights, taps, sums, count);
}
CKERNELS_AVX512 static void sums_avx512(
    const float *source, size_t stride, const float *weights, size_t taps, float *sums, size_t count) {
    weighted_sums(source, stride, weights, taps, sums, count);
}
CKERNELS_AVX2 static void elastic_avx2(const ckernels_elastic *map, uint8_t *sampled) { elastic(map, sampled); }
CKERNELS_AVX512 static void elastic_avx512(const ckernels_elastic *map, uint8_t *sampled) { elastic(map, sampled); }
#endif

void ckernels_weighted_sums(
    ckernels_instruction_set set, const float *source, size_t stride, const float *weights, size_t taps, float *sums,
    size_t count) {
    switch (set) {
#if defined(__x86_64__)
    case ckernels_avx512: sums_avx512(source, stride, weights, taps, sums, count); break;
    case ckernels_avx2: sums_avx2(source, stride, weights, taps, sums, count); break;
#endif
    default: weighted_sums(source, stride, weights, taps, sums, count);
    }
}

void ckernels_elastic_bilinear(ckernels_instruction_set set, const ckernels_elastic *map, uint8_t *sampled) {
    switch (set) {
#if defined(__x86_64__)
    case ckernels_avx512: elastic_avx512(map, sampled); break;
    case ckernels_avx2: elastic_avx2(map, sampled); break;
#endif
    default: elastic(map, sampled);
    }
}
