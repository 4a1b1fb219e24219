// Which 8-bit values are above a threshold, a bit each.
#include "image_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void above_reference(const uint8_t *values, size_t count, uint8_t threshold, uint64_t *bits) {
    for (size_t i = 0; i < count; i += 64) {
        uint64_t word = 0;
        for (size_t j = i; j < count && j < i + 64; j++) word |= (uint64_t)(values[j] > threshold) << (j - i);
        bits[i / 64] = word;
    }
}

void above_portable(const uint8_t *values, size_t count, uint8_t threshold, uint64_t *bits) {
    above_reference(values, count, threshold, bits);
}

#if defined(__x86_64__)
/// AVX2 compares signed bytes alone: what is above is what is not its own minimum with the threshold.
CKERNELS_AVX2 static inline uint32_t above_32(const uint8_t *values, __m256i threshold) {
    const __m256i block = _mm256_loadu_si256((const __m256i *)values);
    return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(block, threshold), block));
}

CKERNELS_AVX2 void above_avx2(const uint8_t *values, size_t count, uint8_t threshold, uint64_t *bits) {
    const __m256i level = _mm256_set1_epi8((char)threshold);
    size_t i = 0;
    for (; i + 64 <= count; i += 64)
        bits[i / 64] = above_32(values + i, level) | (uint64_t)above_32(values + i + 32, level) << 32;
    above_reference(values + i, count - i, threshold, bits + i / 64);
}

CKERNELS_AVX512 void above_avx512(const uint8_t *values, size_t count, uint8_t threshold, uint64_t *bits) {
    const __m512i level = _mm512_set1_epi8((char)threshold);
    size_t i = 0;
    for (; i + 64 <= count; i += 64) bits[i / 64] = _mm512_cmpgt_epu8_mask(_mm512_loadu_si512(values + i), level);
    if (i < count) {
        const __mmask64 left = (UINT64_C(1) << (count - i)) - 1;
        bits[i / 64] = _mm512_mask_cmpgt_epu8_mask(left, _mm512_maskz_loadu_epi8(left, values + i), level);
    }
}
#endif
