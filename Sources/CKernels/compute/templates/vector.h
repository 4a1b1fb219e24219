// Vectors of LANES floats, by the compiler's own vector types: the same text becomes AVX-512, AVX2 or plain SSE.
#include <math.h>
#include <string.h>

#include "cfloatkernels.h"

#define INLINE static inline __attribute__((always_inline))
/// Loops over arrays of vectors must vanish, or the arrays live in memory and not in registers.
#define UNROLLED _Pragma("clang loop unroll(full)")

typedef float vector __attribute__((ext_vector_type(LANES), aligned(4), may_alias));

enum { panel_columns = 2 * LANES };

INLINE vector load(const float *values) { return *(const vector *)values; }
INLINE void store(float *values, vector v) { *(vector *)values = v; }

/// The first `count` of LANES values, with zeros after them; a whole vector where `count` is LANES or more.
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

/// The sum of the lanes, halves added to halves: one fixed order.
INLINE float lanes_sum(vector v) {
    float lanes[LANES];
    store(lanes, v);
    UNROLLED for (int width = LANES / 2; width > 0; width /= 2) {
        UNROLLED for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
    }
    return lanes[0];
}
