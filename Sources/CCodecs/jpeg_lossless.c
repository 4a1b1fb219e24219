// JPEG Lossless, Huffman-coded (ISO/IEC 10918-1 annex H; DICOM processes 14 and 14 SV1), one component.
//
// The entropy-coded bytes are first freed of their stuffing, so that the bit reader is one unaligned load without a
// branch. A table of 2^LOOK entries then gives, for the next bits, one or two whole differences at once: code and
// extra bits together. Differences go straight into the image, and each row is then predicted in place.
#include "ccodecs.h"

#include <string.h>

enum {
    LOOK = 12,          // bits a look; 4096 entries of 8 bytes fill the L1 cache and no more
    LOOKS = 4,          // looks a refill: LOOKS * LOOK bits fit into the 57 that a refill gives
    PADDING = 16,       // zero bytes behind the unstuffed data, so that a refill never reads past them
    MOST_CATEGORY = 16  // SSSS: bits of a difference; 16 stands for 32768 alone (H.1.2.2)
};

/// What the next LOOK bits hold: up to two differences. `bits` is 0 where not even one fits.
typedef struct {
    uint16_t difference[2];
    uint8_t bits;
    uint8_t count;
    uint8_t code_bits;  // of the first code alone, 0 where it is longer than LOOK
    uint8_t category;   // of the first code
} look_entry;

_Static_assert(sizeof(look_entry) == 8, "a look is one 8-byte load");

typedef struct {
    int defined;
    uint8_t counts[17];  // codes of each length (BITS)
    uint8_t values[256];
} huffman_table;

/// A table made ready for decoding.
typedef struct {
    look_entry look[1 << LOOK];
    uint32_t first_code[17];  // of each length, left-aligned to 16 bits
    uint32_t end_code[17];    // one past the last, left-aligned to 16 bits
    uint16_t first_value[17];
    uint8_t values[256];
} decoder;

typedef struct {
    uint32_t rows, columns, restart_rows;
    uint8_t precision, selection, transform;
    decoder *decoder;
} scan;

typedef struct {
    const uint8_t *next;
    const uint8_t *end;  // one past the last byte that is not padding
    uint32_t used;       // bits of *next already taken, 0 to 7
} bit_reader;

static inline uint64_t big_endian_64(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return __builtin_bswap64(word);
}

static inline uint32_t word16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }

/// The number that `category` extra bits stand for (table H.2): a leading 0 means a negative one.
static inline uint16_t extend(uint32_t extra, uint32_t category) {
    return (uint16_t)(extra < 1u << (category - 1) ? extra + 1 - (1u << category) : extra);
}

/// Reads one symbol from `bits` (left-aligned in 32): its code's length, or 0 where no code matches.
static uint32_t match_code(const decoder *self, uint32_t bits, uint32_t *category) {
    uint32_t code = bits >> 16;
    for (uint32_t length = 1; length <= 16; length++) {
        if (code < self->end_code[length] && code >= self->first_code[length]) {
            *category = self->values[self->first_value[length] + ((code - self->first_code[length]) >> (16 - length))];
            return length;
        }
    }
    return 0;
}

/// Decodes one difference from the `available` first of `bits`; returns how many it took, 0 where it does not fit.
static uint32_t one_difference(const decoder *self, uint32_t bits, uint32_t available, uint16_t *difference) {
    uint32_t category = 0;
    uint32_t length = match_code(self, bits, &category);
    uint32_t extra = category == MOST_CATEGORY ? 0 : category;
    if (!length || length + extra > available) return 0;
    if (category == 0)
        *difference = 0;
    else if (category == MOST_CATEGORY)
        *difference = 0x8000;
    else
        *difference = extend(bits << length >> (32 - category), category);
    return length + extra;
}

static int prepare(decoder *self, const huffman_table *table) {
    memcpy(self->values, table->values, sizeof self->values);
    uint32_t code = 0;
    uint16_t value = 0;
    for (uint32_t length = 1; length <= 16; length++) {
        self->first_value[length] = value;
        self->first_code[length] = code;
        code += (uint32_t)table->counts[length] << (16 - length);
        self->end_code[length] = code;
        value = (uint16_t)(value + table->counts[length]);
        if (code > 0x10000) return 0;  // more codes than there is room for
    }
    for (uint32_t i = 0; i < value; i++)
        if (self->values[i] > MOST_CATEGORY) return 0;
    for (uint32_t index = 0; index < 1u << LOOK; index++) {
        look_entry entry = {{0, 0}, 0, 0, 0, 0};
        uint32_t bits = index << (32 - LOOK);
        uint32_t category = 0;
        uint32_t length = match_code(self, bits, &category);
        if (length && length <= LOOK) {
            entry.code_bits = (uint8_t)length;
            entry.category = (uint8_t)category;
        }
        while (entry.count < 2) {
            uint32_t left = LOOK - entry.bits;
            uint32_t taken = left ? one_difference(self, bits << entry.bits, left, &entry.difference[entry.count]) : 0;
            if (!taken) break;
            entry.bits = (uint8_t)(entry.bits + taken);
            entry.count++;
        }
        self->look[index] = entry;
    }
    return 1;
}

/// A difference that no look holds: its code is known from the look where it is short, and searched for where it is not.
static int long_difference(const decoder *self, bit_reader *reader, uint16_t *difference) {
    uint64_t bits = big_endian_64(reader->next) << reader->used;
    look_entry entry = self->look[bits >> (64 - LOOK)];
    uint32_t length = entry.code_bits, category = entry.category;
    if (!length) length = match_code(self, (uint32_t)(bits >> 32), &category);
    if (!length) return 0;
    uint32_t extra = category == MOST_CATEGORY ? 0 : category;
    *difference = category == 0 ? 0
        : category == MOST_CATEGORY
        ? 0x8000
        : extend((uint32_t)(bits << length >> (64 - category)), category);
    reader->used += length + extra;
    reader->next += reader->used >> 3;
    reader->used &= 7;
    return 1;
}

/// Fills `row` with its differences.
static ccodecs_status read_row(const decoder *self, bit_reader *reader, uint16_t *row, uint32_t columns) {
    bit_reader at = *reader;
    uint32_t x = 0;
    // Two differences are written whether or not there are two: the loop keeps clear of the row's end.
    while (x + 2 * LOOKS <= columns) {
        uint64_t bits = big_endian_64(at.next) << at.used;
        uint32_t taken = at.used;
        uint32_t missed = 0;
#pragma clang loop unroll(full)
        for (int i = 0; i < LOOKS; i++) {
            look_entry entry = self->look[bits >> (64 - LOOK)];
            memcpy(row + x, entry.difference, sizeof entry.difference);
            bits <<= entry.bits;
            taken += entry.bits;
            x += entry.count;
            missed |= entry.count == 0;
        }
        at.next += taken >> 3;
        at.used = taken & 7;
        if (at.next > at.end) return ccodecs_truncated;
        // A look that held nothing took nothing, and neither did those behind it.
        if (missed && !long_difference(self, &at, &row[x++])) return ccodecs_bad_code;
    }
    while (x < columns) {
        look_entry entry = self->look[big_endian_64(at.next) << at.used >> (64 - LOOK)];
        uint32_t category = entry.category, length = entry.code_bits;
        uint32_t whole = length + (category == MOST_CATEGORY ? 0 : category);
        if (length && whole <= LOOK) {
            row[x++] = entry.difference[0];
            at.used += whole;
            at.next += at.used >> 3;
            at.used &= 7;
        } else if (!long_difference(self, &at, &row[x++])) {
            return ccodecs_bad_code;
        }
        if (at.next > at.end) return ccodecs_truncated;
    }
    *reader = at;
    return at.next > at.end || (at.next == at.end && at.used > 0) ? ccodecs_truncated : ccodecs_ok;
}

/// Adds the prediction to the differences of a row that has one above it (table H.1; all arithmetic modulo 2^16).
static void predict_row(uint16_t *row, const uint16_t *above, uint32_t columns, uint8_t selection) {
    row[0] = (uint16_t)(row[0] + above[0]);
    uint32_t a = row[0];
    switch (selection) {
#define PREDICT(expression)                                \
    for (uint32_t x = 1; x < columns; x++) {               \
        const int32_t b = above[x], c = above[x - 1];      \
        (void)b, (void)c;                                  \
        a = (uint16_t)(row[x] + (expression));             \
        row[x] = (uint16_t)a;                              \
    }                                                      \
    break
    case 1: PREDICT(a);
    case 2: PREDICT(b);
    case 3: PREDICT(c);
    case 4: PREDICT((int32_t)a + b - c);
    case 5: PREDICT((int32_t)a + ((b - c) >> 1));
    case 6: PREDICT(b + (((int32_t)a - c) >> 1));
    default: PREDICT(((int32_t)a + b) >> 1);
#undef PREDICT
    }
}

/// The first row of the image or of a restart interval: predicted from the left, and from the middle of the range.
static void predict_first_row(uint16_t *row, uint32_t columns, uint32_t middle) {
    uint32_t value = middle;
    for (uint32_t x = 0; x < columns; x++) row[x] = (uint16_t)(value = (uint16_t)(value + row[x]));
}

/// Copies entropy-coded bytes up to the next marker without their stuffing; returns where the marker stands.
static const uint8_t *unstuff(const uint8_t *in, const uint8_t *end, uint8_t *out, uint8_t **out_end) {
    while (in < end) {
        const uint8_t *escape = memchr(in, 0xFF, (size_t)(end - in));
        size_t plain = (size_t)((escape ? escape : end) - in);
        memcpy(out, in, plain);
        out += plain;
        in += plain;
        if (!escape) break;
        if (in + 1 >= end || in[1] != 0) break;
        *out++ = 0xFF;
        in += 2;
    }
    *out_end = out;
    memset(out, 0, PADDING);
    return in;
}

static ccodecs_status read_scan(
    const scan *scan, const uint8_t *in, const uint8_t *end, uint16_t *samples, uint8_t *scratch) {
    const uint32_t columns = scan->columns;
    const uint32_t middle = 1u << (scan->precision - scan->transform - 1);
    uint32_t restart = 0;
    for (uint32_t first = 0; first < scan->rows; restart++) {
        uint8_t *data_end = NULL;
        in = unstuff(in, end, scratch, &data_end);
        bit_reader reader = {scratch, data_end, 0};
        uint32_t last = scan->restart_rows && scan->rows - first > scan->restart_rows ? first + scan->restart_rows : scan->rows;
        for (uint32_t y = first; y < last; y++) {
            uint16_t *row = samples + (size_t)y * columns;
            ccodecs_status status = read_row(scan->decoder, &reader, row, columns);
            if (status != ccodecs_ok) return status;
            if (y == first)
                predict_first_row(row, columns, middle);
            else
                predict_row(row, row - columns, columns, scan->selection);
        }
        first = last;
        if (first == scan->rows) break;
        while (in + 1 < end && in[0] == 0xFF && in[1] == 0xFF) in++;  // fill bytes
        if (in + 2 > end) return ccodecs_truncated;
        if (in[1] != 0xD0 + restart % 8) return ccodecs_bad_code;
        in += 2;
    }
    if (scan->transform) {
        const size_t count = (size_t)scan->rows * columns;
        for (size_t i = 0; i < count; i++) samples[i] = (uint16_t)(samples[i] << scan->transform);
    }
    return ccodecs_ok;
}

/// DHT (B.2.4.2): one table or several.
static int read_tables(const uint8_t *in, const uint8_t *end, huffman_table tables[4]) {
    while (in < end) {
        if (end - in < 17) return 0;
        uint8_t which = *in++;
        if (which > 3) return 0;  // class 0 alone is for lossless
        huffman_table *table = &tables[which];
        uint32_t total = 0;
        for (int length = 1; length <= 16; length++) total += table->counts[length] = *in++;
        if (total > 256 || (size_t)(end - in) < total) return 0;
        memcpy(table->values, in, total);
        table->defined = 1;
        in += total;
    }
    return 1;
}

size_t ccodecs_jpeg_lossless_scratch(size_t length) { return length + PADDING + sizeof(decoder); }

ccodecs_status ccodecs_jpeg_lossless_decode(
    const uint8_t *stream, size_t length, uint32_t rows, uint32_t columns, uint16_t *samples, void *scratch) {
    huffman_table tables[4];
    memset(tables, 0, sizeof tables);
    scan scan = {rows, columns, 0, 0, 0, 0, scratch};
    const uint8_t *in = stream + 2, *end = stream + length;
    uint32_t restart_pixels = 0;
    while (end - in >= 4) {
        if (in[0] != 0xFF) return ccodecs_bad_header;
        if (in[1] == 0xFF) {
            in++;
            continue;
        }
        const uint8_t marker = in[1], *body = in + 4;
        const uint32_t size = word16(in + 2);
        if (size < 2 || (size_t)(end - in) < size + 2) return ccodecs_truncated;
        in += size + 2;
        switch (marker) {
        case 0xC3:
            if (size < 11 || word16(body + 1) != rows || word16(body + 3) != columns || body[5] != 1)
                return ccodecs_bad_header;
            scan.precision = body[0];
            break;
        case 0xC4:
            if (!read_tables(body, in, tables)) return ccodecs_bad_header;
            break;
        case 0xDD:
            if (size < 4) return ccodecs_bad_header;
            restart_pixels = word16(body);
            break;
        case 0xDA: {
            if (size < 8 || body[0] != 1 || body[2] >> 4 > 3) return ccodecs_bad_header;
            scan.selection = body[3];
            scan.transform = body[5] & 15;
            // H.1.1: an interval holds whole rows.
            if (restart_pixels % columns || scan.precision < 2 || scan.precision > 16 || scan.selection < 1
                || scan.selection > 7 || scan.transform >= scan.precision)
                return ccodecs_bad_header;
            scan.restart_rows = restart_pixels / columns;
            const huffman_table *table = &tables[body[2] >> 4];
            if (!table->defined || !prepare(scan.decoder, table)) return ccodecs_bad_header;
            return read_scan(&scan, in, end, samples, (uint8_t *)scratch + sizeof(decoder));
        }
        default: break;
        }
    }
    return ccodecs_truncated;
}
