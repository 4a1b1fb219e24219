// Reading gray PNG files by libpng behind a plain C interface: its longjmp ends in this target.
#ifndef CPNG_H
#define CPNG_H

#include "cmessage.h"

#include <stddef.h>
#include <stdint.h>

/// Rows and columns of a gray image with 8 or 16 bits a sample.
typedef struct {
    uint32_t rows;
    uint32_t columns;
    int bits;
} cpng_info;

/// Reads the header of a PNG in memory. Returns 0 where it is a gray PNG of 8 or 16 bits without alpha.
int cpng_read_header(const uint8_t *png, size_t length, cpng_info *info, cmessage *message);

/// Decodes all rows: 1 byte a sample for 8 bits, 2 in host order for 16. `capacity` is in bytes. Returns 0 on success.
int cpng_read_gray(const uint8_t *png, size_t length, void *samples, size_t capacity, cmessage *message);

#endif
