// The extremes of 16-bit values, signed or unsigned.
#include "image_kernels.h"

void range_reference(const uint16_t *values, size_t count, uint16_t flip, uint16_t extremes[2]) {
    for (size_t i = 0; i < count; i++) {
        const uint16_t value = values[i] ^ flip;
        if (value < extremes[0]) extremes[0] = value;
        if (value > extremes[1]) extremes[1] = value;
    }
}

CKERNELS_BODY void body(const uint16_t *values, size_t count, uint16_t flip, uint16_t extremes[2]) {
    uint16_t smallest = extremes[0], largest = extremes[1];
    for (size_t i = 0; i < count; i++) {
        const uint16_t value = values[i] ^ flip;
        smallest = value < smallest ? value : smallest;
        largest = value > largest ? value : largest;
    }
    extremes[0] = smallest;
    extremes[1] = largest;
}

void range_portable(const uint16_t *values, size_t count, uint16_t flip, uint16_t extremes[2]) {
    body(values, count, flip, extremes);
}

#if defined(__x86_64__)
CKERNELS_AVX2 void range_avx2(const uint16_t *values, size_t count, uint16_t flip, uint16_t extremes[2]) {
    body(values, count, flip, extremes);
}

CKERNELS_AVX512 void range_avx512(const uint16_t *values, size_t count, uint16_t flip, uint16_t extremes[2]) {
    body(values, count, flip, extremes);
}
#endif
