// AVX-512 VNNI: vpdpbusd adds four products of bytes to a sum of 32 bits, without saturation in between.
//
// 32 registers of 16 sums: 14 × 2 sums, two vectors of weights, a value, and one spare. A step of four depths loads two vectors
// of weights once, and four bytes of each row for two instructions.
#include "cint8kernels.h"

#include "cinstructions.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define LANES 16

#pragma clang attribute push(__attribute__((target(CKERNELS_AVX512_TARGET ",avx512vnni"))), apply_to = function)

#include "../templates/vector.h"

enum { tile_rows = 14, group = 4, group_bytes = panel_columns * group };

/// value * factor + shift, to the nearest byte.
INLINE __m128i quantised(__m512 value, __m512 factor, __m512 shift) {
    const __m512i whole = _mm512_cvtps_epi32(_mm512_fmadd_ps(value, factor, shift));
    return _mm512_cvtusepi32_epi8(_mm512_max_epi32(whole, _mm512_setzero_si512()));
}

/// GELU for a result of 8 bits: x Φ(x), where Φ - 1/2 is x times the polynomial of x² of degree 6 that comes closest for |x| ≤ 4,
/// written in t = 2 x² / 4² - 1. It is within 2e-4 max(1, |x|) of the true value; below -4 it is that at -4, which is -1e-4.
INLINE __m512 gelu(__m512 x) {
    static const float coefficients[] = {0.175970212f, -0.0844266042f, 0.0554101914f, -0.0354624316f,
                                         0.0240911376f, -0.0165508334f, 0.00597196305f};
    const __m512 above = _mm512_max_ps(x, _mm512_set1_ps(-4));
    const __m512 held = _mm512_min_ps(above, _mm512_set1_ps(4));
    const __m512 t = _mm512_fmadd_ps(_mm512_mul_ps(held, held), _mm512_set1_ps(2.0f / 16), _mm512_set1_ps(-1));
    __m512 sum = _mm512_set1_ps(coefficients[6]);
    UNROLLED for (int i = 5; i >= 0; i--) sum = _mm512_fmadd_ps(sum, t, _mm512_set1_ps(coefficients[i]));
    return _mm512_mul_ps(above, _mm512_fmadd_ps(held, sum, _mm512_set1_ps(0.5f)));
}

INLINE __m512 value_of(__m512i sum, __m512 scale, __m512 offset) {
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), scale, offset);
}

/// The sums of a tile as floats: `rows` and `vectors` are constants.
INLINE void float_finish(
    const ckernels_int8_product *p, __m512i sums[tile_rows][2], ptrdiff_t row, ptrdiff_t column, const int rows,
    const int vectors) {
    UNROLLED for (int v = 0; v < vectors; v++) {
        const ptrdiff_t first = column + v * LANES;
        const ptrdiff_t count = p->columns - first;
        const __m512 scale = _mm512_loadu_ps(p->scale + first), offset = _mm512_loadu_ps(p->offset + first);
        UNROLLED for (int r = 0; r < rows; r++) {
            __m512 value = value_of(sums[r][v], scale, offset);
            if (p->finish == ckernels_int8_add_residual) {
                const float *residual = p->residual + (row + r) * p->residual_stride + first;
                value = _mm512_add_ps(load_first(residual, count), value);
            }
            store_first(p->out + (row + r) * p->out_stride + first, value, count);
        }
    }
}

/// The sums' GELU in 8 bits, from a near cache: two rows at a time hide each other's latency.
INLINE void gelu_finish(
    const ckernels_int8_product *p, __m512i sums[tile_rows][2], ptrdiff_t row, ptrdiff_t column, const int rows,
    const int vectors) {
    int32_t aside[tile_rows * panel_columns] __attribute__((aligned(64)));
    UNROLLED for (int v = 0; v < vectors; v++) {
        UNROLLED for (int r = 0; r < rows; r++) _mm512_store_si512(aside + r * panel_columns + v * LANES, sums[r][v]);
    }
    UNROLLED for (int v = 0; v < vectors; v++) {
        const ptrdiff_t first = column + v * LANES;
        const __m512 scale = _mm512_loadu_ps(p->scale + first), offset = _mm512_loadu_ps(p->offset + first);
        const __m512 factor = _mm512_loadu_ps(p->factor + first), shift = _mm512_loadu_ps(p->shift + first);
        uint8_t *out = p->quantised + row * p->quantised_stride + first;
        _Pragma("clang loop unroll(disable)") for (int r = 0; r < rows; r += 2) {
            const int further = r + 1 < rows ? 1 : 0;
            const int32_t *one = aside + r * panel_columns + v * LANES;
            const __m512 a = gelu(value_of(_mm512_load_si512(one), scale, offset));
            const __m512 b = gelu(value_of(_mm512_load_si512(one + further * panel_columns), scale, offset));
            _mm_storeu_si128((__m128i *)(out + r * p->quantised_stride), quantised(a, factor, shift));
            _mm_storeu_si128((__m128i *)(out + (r + further) * p->quantised_stride), quantised(b, factor, shift));
        }
    }
}

/// One tile of `rows` rows and `vectors` vectors of columns, both constants.
INLINE void product_tile(
    const ckernels_int8_product *p, ptrdiff_t row, ptrdiff_t column, const int rows, const int vectors) {
    __m512i sums[tile_rows][2];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] = _mm512_setzero_si512();
    }
    const uint8_t *values = p->rows + row * p->row_stride;
    const int8_t *weights = p->panels + column / panel_columns * p->panel_stride;
    const ptrdiff_t stride = p->row_stride;
    if (p->finish == ckernels_int8_add_residual) {
        // The residual is not in a near cache: it is fetched while the products are summed.
        UNROLLED for (int r = 0; r < rows; r++) {
            UNROLLED for (int v = 0; v < vectors; v++) {
                __builtin_prefetch(p->residual + (row + r) * p->residual_stride + column + v * LANES);
            }
        }
    }
    for (ptrdiff_t run = 0; run < p->runs; run++) {
        for (ptrdiff_t k = 0; k < p->depth; k += group, weights += group_bytes) {
            __m512i factors[2];
            UNROLLED for (int v = 0; v < vectors; v++) factors[v] = _mm512_loadu_si512(weights + v * LANES * group);
            UNROLLED for (int r = 0; r < rows; r++) {
                int32_t bytes;
                memcpy(&bytes, values + r * stride + k, group);
                const __m512i value = _mm512_set1_epi32(bytes);
                UNROLLED for (int v = 0; v < vectors; v++) {
                    sums[r][v] = _mm512_dpbusd_epi32(sums[r][v], value, factors[v]);
                }
            }
        }
        values += p->run_stride;
    }
    if (p->finish == ckernels_int8_gelu) gelu_finish(p, sums, row, column, rows, vectors);
    else float_finish(p, sums, row, column, rows, vectors);
}

INLINE void product_panel(const ckernels_int8_product *p, ptrdiff_t column, const int vectors) {
    ptrdiff_t row = 0;
#define TILES(n) \
    for (; p->row_count - row >= n; row += n) product_tile(p, row, column, n, vectors);
    TILES(tile_rows) TILES(8) TILES(4) TILES(2) TILES(1)
#undef TILES
}

static __attribute__((noinline)) void product_panel_whole(const ckernels_int8_product *p, ptrdiff_t column) {
    product_panel(p, column, 2);
}

static __attribute__((noinline)) void product_panel_half(const ckernels_int8_product *p, ptrdiff_t column) {
    product_panel(p, column, 1);
}

static void product(const ckernels_int8_product *p) {
    ptrdiff_t column = 0;
    for (; p->columns - column > LANES; column += panel_columns) product_panel_whole(p, column);
    if (column < p->columns) product_panel_half(p, column);
}

INLINE __m512 deviation_of(const float *values, __m512 mean) { return _mm512_sub_ps(_mm512_loadu_ps(values), mean); }

static void norm(const ckernels_int8_norm *p) {
    const float channels = (float)p->channels;
    // The last vector may be one of a few channels.
    const ptrdiff_t covered = p->channels / LANES * LANES, last = p->channels - covered;
    const __mmask16 mask = first_lanes(last);
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *row = p->rows + r * p->row_stride;
        uint8_t *out = p->out + r * p->out_stride;
        __m512 sums = load_first(row + covered, last);
        for (ptrdiff_t c = 0; c < covered; c += LANES) sums = _mm512_add_ps(sums, _mm512_loadu_ps(row + c));
        const __m512 mean = _mm512_set1_ps(_mm512_reduce_add_ps(sums) / channels);
        const __m512 end = _mm512_maskz_sub_ps(mask, load_first(row + covered, last), mean);
        __m512 squares = _mm512_mul_ps(end, end);
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            const __m512 deviation = deviation_of(row + c, mean);
            squares = _mm512_fmadd_ps(deviation, deviation, squares);
        }
        const __m512 inverse = _mm512_set1_ps(1 / sqrtf(_mm512_reduce_add_ps(squares) / channels + p->epsilon));
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            const __m512 normal = _mm512_mul_ps(deviation_of(row + c, mean), inverse);
            const __m512 factor = _mm512_loadu_ps(p->factor + c), shift = _mm512_loadu_ps(p->shift + c);
            _mm_storeu_si128((__m128i *)(out + c), quantised(normal, factor, shift));
        }
        if (last == 0) continue;
        const __m512 factor = load_first(p->factor + covered, last), shift = load_first(p->shift + covered, last);
        _mm_mask_storeu_epi8(out + covered, mask, quantised(_mm512_mul_ps(end, inverse), factor, shift));
    }
}

#pragma clang attribute pop

static const ckernels_int8_kernels avx512_vnni = {
    .name = "AVX-512 VNNI",
    .panel_columns = panel_columns,
    .tile_rows = tile_rows,
    .product = product,
    .norm = norm,
};

const ckernels_int8_kernels *ckernels_int8_best(void) {
    return ckernels_has(ckernels_avx512) && __builtin_cpu_supports("avx512vnni") ? &avx512_vnni : NULL;
}
#else
const ckernels_int8_kernels *ckernels_int8_best(void) { return NULL; }
#endif
