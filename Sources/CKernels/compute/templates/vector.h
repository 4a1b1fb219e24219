// Vectors of LANES floats, by the compiler's own vector types: the same text becomes AVX-512, AVX2 or plain SSE.
#include <math.h>
#include <string.h>

#include "cfloatkernels.h"

#define INLINE static inline __attribute__((always_inline))
/// Loops over arrays of vectors must vanish, or the arrays live in memory and not in registers.
#define UNROLLED _Pragma("clang loop unroll(full)")

typedef float vector __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

#ifndef PANEL_COLUMNS
#define PANEL_COLUMNS (2 * LANES)
#endif
enum { panel_columns = PANEL_COLUMNS };

INLINE vector load(const float *values) { return *(const vector *)values; }
INLINE void store(float *values, vector v) { *(vector *)values = v; }

/// Whether rows of whole panels, `stride` apart, are whole lines of a cache, which can be stored past the caches.
INLINE bool are_lines(const float *rows, ptrdiff_t stride) {
    return LANES >= 8 && ((size_t)rows | (size_t)stride * sizeof(float)) % 64 == 0;
}

/// Stores past the caches: the line is not read from memory first, and what is in the caches stays. `values` is aligned to a vector.
/// Before other threads read it, `past_caches_done` is called.
INLINE void store_past_caches(float *values, vector v) {
    typedef float aligned __attribute__((ext_vector_type(LANES), may_alias));
    __builtin_nontemporal_store((aligned)v, (aligned *)values);
}

INLINE void past_caches_done(void) {
#if defined(__x86_64__)
    __builtin_ia32_sfence();
#endif
}

/// The first `count` of LANES values, with zeros after them; a whole vector where `count` is LANES or more. Nothing else is
/// read or written.
#if LANES == 16
INLINE __mmask16 first_lanes(ptrdiff_t count) { return (__mmask16)((1u << count) - 1); }

INLINE vector load_first(const float *values, ptrdiff_t count) {
    return count >= LANES ? load(values) : (vector)_mm512_maskz_loadu_ps(first_lanes(count), values);
}

INLINE void store_first(float *values, vector v, ptrdiff_t count) {
    if (count >= LANES) store(values, v);
    else _mm512_mask_storeu_ps(values, first_lanes(count), (__m512)v);
}
#elif LANES == 8
INLINE __m256i first_lanes(ptrdiff_t count) {
    static const int lanes[2 * LANES] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const __m256i *)(lanes + LANES - count));
}

INLINE vector load_first(const float *values, ptrdiff_t count) {
    return count >= LANES ? load(values) : (vector)_mm256_maskload_ps(values, first_lanes(count));
}

INLINE void store_first(float *values, vector v, ptrdiff_t count) {
    if (count >= LANES) store(values, v);
    else _mm256_maskstore_ps(values, first_lanes(count), (__m256)v);
}
#else
INLINE vector load_first(const float *values, ptrdiff_t count) {
    if (count >= LANES) return load(values);
    float lanes[LANES] = {0};
    for (ptrdiff_t lane = 0; lane < count; lane++) lanes[lane] = values[lane];
    return load(lanes);
}

INLINE void store_first(float *values, vector v, ptrdiff_t count) {
    if (count >= LANES) {
        store(values, v);
        return;
    }
    float lanes[LANES];
    store(lanes, v);
    for (ptrdiff_t lane = 0; lane < count; lane++) values[lane] = lanes[lane];
}
#endif

/// The sum of the lanes, halves added to halves: one fixed order.
INLINE float lanes_sum(vector v) {
    float lanes[LANES];
    store(lanes, v);
    UNROLLED for (int width = LANES / 2; width > 0; width /= 2) {
        UNROLLED for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
    }
    return lanes[0];
}
