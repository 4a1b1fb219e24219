// The Huffman codes of JPEG Lossless (ISO/IEC 10918-1 annexes C and H), made ready to be looked up: a table of
// 2^LL_LOOK entries gives, for the next bits, one or two whole differences at once, code and extra bits together.
#ifndef LL_CODES_H
#define LL_CODES_H

#include <stdint.h>

enum {
    LL_LOOK = 12,          // bits a look; 4096 entries of 8 bytes fill the L1 cache and no more
    LL_MOST_CATEGORY = 16  // SSSS: bits of a difference; 16 stands for 32768 alone (H.1.2.2)
};

/// What the next LL_LOOK bits hold: up to two differences. `bits` is 0 where not even one fits.
typedef struct {
    uint16_t difference[2];
    uint8_t bits;
    uint8_t count;
    uint8_t code_bits;  // of the first code alone, 0 where it is longer than LL_LOOK
    uint8_t category;   // of the first code
} ll_look;

_Static_assert(sizeof(ll_look) == 8, "a look is one 8-byte load");

/// A table as the file has it.
typedef struct {
    int defined;
    uint8_t counts[17];  // codes of each length (BITS)
    uint8_t values[256];
} ll_huffman;

/// A table made ready for decoding.
typedef struct {
    ll_look look[1 << LL_LOOK];
    uint32_t first_code[17];  // of each length, left-aligned to 16 bits
    uint32_t end_code[17];    // one past the last, left-aligned to 16 bits
    uint16_t first_value[17];
    uint8_t values[256];
} ll_decoder;

/// The number that `category` extra bits stand for (table H.2): a leading 0 means a negative one.
static inline uint16_t ll_extend(uint32_t extra, uint32_t category) {
    return (uint16_t)(extra < 1u << (category - 1) ? extra + 1 - (1u << category) : extra);
}

/// Reads one symbol from `bits` (left-aligned in 32): its code's length, or 0 where no code matches.
uint32_t ll_match(const ll_decoder *self, uint32_t bits, uint32_t *category);

/// DHT (B.2.4.2), one table or several: its body from `in` to `end`. 0 where it is none.
int ll_read_tables(const uint8_t *in, const uint8_t *end, ll_huffman tables[4]);

/// 0 where the table has codes that cannot be, or are not of differences.
int ll_prepare(ll_decoder *self, const ll_huffman *table);

#endif
