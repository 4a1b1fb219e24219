// Lifting as in F.3.8.2, row by row: each pair of rows is joined sideways, lifted against its neighbours while it lies
// in the cache, and put out. Every coefficient is read once and every result written once.
#include "wavelet.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { ROW_PADDING = 16 };

// Sums wrap: in damaged data they may leave 32 bits, and nothing may depend on what becomes of them.
INLINE int32_t add(int32_t a, int32_t b) { return (int32_t)((uint32_t)a + (uint32_t)b); }
INLINE int32_t subtract(int32_t a, int32_t b) { return (int32_t)((uint32_t)a - (uint32_t)b); }
/// Equation F-5: the even sample from the low one and its high neighbours.
INLINE int32_t even_of(int32_t low, int32_t before, int32_t behind) {
    return subtract(low, add(add(before, behind), 2) >> 2);
}
/// Equation F-6: the odd sample from the high one and its even neighbours.
INLINE int32_t odd_of(int32_t high, int32_t before, int32_t behind) { return add(high, add(before, behind) >> 1); }

/// Joins a row's low and high halves. `even` is scratch for the even samples.
INLINE void join_row(
    const int32_t *low, const int32_t *high, uint32_t width, bool starts_odd, int32_t *even, int32_t *out) {
    if (width == 1) {
        out[0] = starts_odd ? high[0] / 2 : low[0];
        return;
    }
    const uint32_t lows = (width + !starts_odd) / 2, highs = width - lows;
    // high[i + back] stands before even sample i, high[i + back + 1] behind it; at the ends they mirror (F.3.7).
    const int32_t back = starts_odd ? 0 : -1;
    if (back < 0) even[0] = even_of(low[0], high[0], high[0]);
    const uint32_t first = back < 0, last = highs - 1 - (uint32_t)back < lows ? highs - 1 - (uint32_t)back : lows;
    for (uint32_t i = first; i < last; i++)
        even[i] = even_of(low[i], high[(int32_t)i + back], high[(int32_t)i + back + 1]);
    if (last < lows && last >= first) even[last] = even_of(low[last], high[highs - 1], high[highs - 1]);
    even[lows] = even[lows - 1];
    if (starts_odd) {
        out[0] = odd_of(high[0], even[0], even[0]);
        for (uint32_t i = 0; i + 1 < highs; i++) {
            out[2 * i + 1] = even[i];
            out[2 * i + 2] = odd_of(high[i + 1], even[i], even[i + 1]);
        }
        if (lows == highs) out[width - 1] = even[lows - 1];
    } else {
        for (uint32_t i = 0; i < highs; i++) {
            out[2 * i] = even[i];
            out[2 * i + 1] = odd_of(high[i], even[i], even[i + 1]);
        }
        if (lows > highs) out[width - 1] = even[lows - 1];
    }
}

INLINE void put_samples(const int32_t *row, uint32_t width, const j2k_range *range, uint16_t *samples) {
    const int32_t shift = range->shift, least = range->least, most = range->most;
    for (uint32_t x = 0; x < width; x++) {
        int32_t value = add(row[x], shift);
        value = value < least ? least : value;
        value = value > most ? most : value;
        samples[x] = (uint16_t)value;
    }
}

typedef struct {
    const j2k_level *level;
    const j2k_sink *sink;
    uint32_t width, low_width, high_width;
    int32_t *even;     // scratch for the even samples of a row
    int32_t *rows[6];  // low row, high rows before and behind, even rows before and now, odd row
} joiner;

INLINE void join_low(const joiner *self, uint32_t row, int32_t *out) {
    const j2k_level *level = self->level;
    join_row(level->ll + (size_t)row * self->low_width, level->hl + (size_t)row * self->high_width, self->width,
        level->x0 & 1, self->even, out);
}

INLINE void join_high(const joiner *self, uint32_t row, int32_t *out) {
    const j2k_level *level = self->level;
    join_row(level->lh + (size_t)row * self->low_width, level->hh + (size_t)row * self->high_width, self->width,
        level->x0 & 1, self->even, out);
}

INLINE void put(const joiner *self, uint32_t row, const int32_t *numbers) {
    const j2k_sink *sink = self->sink;
    if (sink->samples) put_samples(numbers, self->width, &sink->range, sink->samples + row * sink->stride);
    else memcpy(sink->numbers + row * sink->stride, numbers, self->width * sizeof *numbers);
}

INLINE void lift_even(int32_t *even, const int32_t *low, const int32_t *before, const int32_t *behind, uint32_t width) {
    for (uint32_t x = 0; x < width; x++) even[x] = even_of(low[x], before[x], behind[x]);
}

INLINE void lift_odd(int32_t *odd, const int32_t *high, const int32_t *before, const int32_t *behind, uint32_t width) {
    for (uint32_t x = 0; x < width; x++) odd[x] = odd_of(high[x], before[x], behind[x]);
}

INLINE void join(const j2k_level *level, const j2k_sink *sink, int32_t *scratch) {
    joiner self = {.level = level, .sink = sink, .width = level->x1 - level->x0};
    const uint32_t width = self.width, height = level->y1 - level->y0;
    if (!width || !height) return;
    self.low_width = (level->x1 + 1) / 2 - (level->x0 + 1) / 2;
    self.high_width = width - self.low_width;
    const size_t room = width + ROW_PADDING;
    self.even = scratch;
    for (int i = 0; i < 6; i++) self.rows[i] = scratch + (size_t)(i + 1) * room;
    int32_t *low = self.rows[0], *before = self.rows[1], *behind = self.rows[2];
    int32_t *even_before = self.rows[3], *even = self.rows[4], *odd = self.rows[5];
    const bool starts_odd = level->y0 & 1;
    if (height == 1) {
        if (starts_odd) {
            join_high(&self, 0, low);
            for (uint32_t x = 0; x < width; x++) low[x] /= 2;
        } else {
            join_low(&self, 0, low);
        }
        put(&self, 0, low);
        return;
    }
    const uint32_t lows = (height + !starts_odd) / 2;
    uint32_t high = 0;  // the next high row
    join_high(&self, high++, before);
    for (uint32_t i = 0; i < lows; i++) {
        const uint32_t y = 2 * i + starts_odd;  // the even row's place; an odd row stands before it where y > 0
        join_low(&self, i, low);
        // `before` holds the high row before this even one; the first of all is mirrored, and so is the last.
        const bool mirrored_before = y == 0, mirrored_behind = y + 1 >= height;
        const int32_t *next = before;
        if (!mirrored_before && !mirrored_behind) {
            join_high(&self, high++, behind);
            next = behind;
        }
        lift_even(even, low, before, next, width);
        if (y > 0) {
            lift_odd(odd, before, y == 1 ? even : even_before, even, width);
            put(&self, y - 1, odd);
        }
        put(&self, y, even);
        if (next == behind) {
            int32_t *freed = before;
            before = behind, behind = freed;
        }
        int32_t *freed = even_before;
        even_before = even, even = freed;
        if (y + 2 == height) {  // an odd row is the last
            lift_odd(odd, before, even_before, even_before, width);
            put(&self, y + 1, odd);
        }
    }
}

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v4"))) static void join_v4(const j2k_level *l, const j2k_sink *s, int32_t *scratch) {
    join(l, s, scratch);
}
__attribute__((target("arch=x86-64-v3"))) static void join_v3(const j2k_level *l, const j2k_sink *s, int32_t *scratch) {
    join(l, s, scratch);
}
#endif

void j2k_wavelet_join(const j2k_level *level, const j2k_sink *sink, int32_t *scratch) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("x86-64-v4")) return join_v4(level, sink, scratch);
    if (__builtin_cpu_supports("x86-64-v3")) return join_v3(level, sink, scratch);
#endif
    join(level, sink, scratch);
}

size_t j2k_wavelet_scratch(uint32_t width) { return 7 * ((size_t)width + ROW_PADDING); }

void j2k_wavelet_put(const int32_t *numbers, uint32_t width, uint32_t height, const j2k_sink *sink) {
    for (uint32_t y = 0; y < height; y++)
        put_samples(numbers + (size_t)y * width, width, &sink->range, sink->samples + y * sink->stride);
}
