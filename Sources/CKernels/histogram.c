// Counts of 8-bit values. Long stretches of one value, the background, are counted a vector at a time; elsewhere each
// value is one addition, and neighbours, which are often equal, go to different lanes.
#include "image_kernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void count_reference(const uint8_t *values, size_t count, ckernels_histogram *histogram) {
    for (size_t i = 0; i < count; i++) histogram->counts[0][values[i]]++;
}

/// Eight values, each lane twice.
CKERNELS_BODY void count_word(uint64_t word, ckernels_histogram *histogram) {
    histogram->counts[0][word & 0xFF]++;
    histogram->counts[1][word >> 8 & 0xFF]++;
    histogram->counts[2][word >> 16 & 0xFF]++;
    histogram->counts[3][word >> 24 & 0xFF]++;
    histogram->counts[0][word >> 32 & 0xFF]++;
    histogram->counts[1][word >> 40 & 0xFF]++;
    histogram->counts[2][word >> 48 & 0xFF]++;
    histogram->counts[3][word >> 56]++;
}

void count_portable(const uint8_t *values, size_t count, ckernels_histogram *histogram) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        uint64_t word;
        memcpy(&word, values + i, sizeof word);
        if (word == (word & 0xFF) * UINT64_C(0x0101010101010101))
            histogram->counts[0][word & 0xFF] += 8;
        else
            count_word(word, histogram);
    }
    count_reference(values + i, count - i, histogram);
}

#if defined(__x86_64__)
CKERNELS_BODY void count_words(const uint8_t *values, size_t words, ckernels_histogram *histogram) {
    for (size_t i = 0; i < words; i++) {
        uint64_t word;
        memcpy(&word, values + 8 * i, sizeof word);
        count_word(word, histogram);
    }
}

CKERNELS_AVX2 void count_avx2(const uint8_t *values, size_t count, ckernels_histogram *histogram) {
    size_t i = 0;
    for (; i + 32 <= count; i += 32) {
        const __m256i block = _mm256_loadu_si256((const __m256i *)(values + i));
        const __m256i first = _mm256_set1_epi8((char)values[i]);
        if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(block, first)) == -1)
            histogram->counts[0][values[i]] += 32;
        else
            count_words(values + i, 4, histogram);
    }
    count_reference(values + i, count - i, histogram);
}

CKERNELS_AVX512 void count_avx512(const uint8_t *values, size_t count, ckernels_histogram *histogram) {
    size_t i = 0;
    for (; i + 64 <= count; i += 64) {
        const __m512i block = _mm512_loadu_si512(values + i);
        if (_mm512_cmpneq_epi8_mask(block, _mm512_set1_epi8((char)values[i])) == 0)
            histogram->counts[0][values[i]] += 64;
        else
            count_words(values + i, 8, histogram);
    }
    count_reference(values + i, count - i, histogram);
}
#endif
