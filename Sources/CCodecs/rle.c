// RLE Lossless, PS3.5 annex G: a header of sixteen 32-bit words (a count and fifteen offsets), then one PackBits
// stream for each byte plane, the most significant first.
#include "ccodecs.h"

#include <string.h>

enum { header_bytes = 64 };

static uint32_t word(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t ccodecs_rle_segments(const uint8_t *frame, size_t length) {
    return length < header_bytes ? 0 : word(frame);
}

/// Unpacks one plane into every second byte of `out`; the caller has cleared or filled the others.
static ccodecs_status unpack(const uint8_t *in, const uint8_t *end, uint8_t *out, size_t count) {
    size_t done = 0;
    while (done < count) {
        if (in >= end) return ccodecs_truncated;
        int8_t control = (int8_t)*in++;
        if (control == -128) continue;  // G.3.2: no operation
        size_t run = control >= 0 ? (size_t)control + 1 : (size_t)(1 - control);
        // A last run may reach past the plane where an encoder padded it; what lies beyond is dropped.
        size_t keep = run < count - done ? run : count - done;
        uint8_t *to = out + 2 * done;
        if (control >= 0) {
            if ((size_t)(end - in) < keep) return ccodecs_truncated;
            for (size_t i = 0; i < keep; i++) to[2 * i] = in[i];
            in += run < (size_t)(end - in) ? run : (size_t)(end - in);
        } else {
            if (in >= end) return ccodecs_truncated;
            uint8_t value = *in++;
            for (size_t i = 0; i < keep; i++) to[2 * i] = value;
        }
        done += keep;
    }
    return ccodecs_ok;
}

ccodecs_status ccodecs_rle_decode(const uint8_t *frame, size_t length, uint16_t *samples, size_t count) {
    uint32_t segments = ccodecs_rle_segments(frame, length);
    if (segments != 1 && segments != 2) return length < header_bytes ? ccodecs_bad_header : ccodecs_bad_segments;
    if (segments == 1) memset(samples, 0, count * sizeof *samples);
    for (uint32_t s = 0; s < segments; s++) {
        uint32_t begin = word(frame + 4 + 4 * s);
        uint32_t end = s + 1 < segments ? word(frame + 8 + 4 * s) : (uint32_t)length;
        if (length > UINT32_MAX || begin < header_bytes || begin > end || end > length) return ccodecs_bad_header;
        // Plane 0 is the most significant byte; samples are little-endian in memory.
        size_t byte = segments - 1 - s;
        ccodecs_status status = unpack(frame + begin, frame + end, (uint8_t *)samples + byte, count);
        if (status != ccodecs_ok) return status;
    }
    return ccodecs_ok;
}
