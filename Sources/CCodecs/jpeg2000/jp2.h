// The boxes of a JP2 file (T.800 annex I), around its codestream.
#ifndef J2K_JP2_H
#define J2K_JP2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *bytes;
    size_t length;
    bool has_size;  // what the image header box says; a bare codestream has none
    uint32_t rows, columns;
} jp2_codestream;

/// Finds the codestream in a JP2 file; a bare one is the whole. False where the boxes are not the plain ones in their
/// order.
bool jp2_find_codestream(const uint8_t *file, size_t length, jp2_codestream *found);

static inline uint32_t big_endian_number(const uint8_t *p, int bytes) {
    uint32_t value = 0;
    for (int i = 0; i < bytes; i++) value = value << 8 | p[i];
    return value;
}

#endif
