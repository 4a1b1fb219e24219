// A scan: restart intervals of whole rows, each a run of bits of its own.
#ifndef LL_SCAN_H
#define LL_SCAN_H

#include "ccodecs.h"
#include "codes.h"

/// What the headers say of it; `restart_rows` is 0 where there are no intervals.
typedef struct {
    uint32_t rows, columns, restart_rows;
    uint8_t precision, selection, transform;
    ll_decoder *decoder;
} ll_scan;

/// Decodes the entropy-coded data from `in` to `end` into `samples`. `scratch` has room for
/// them and LL_PADDING more bytes.
ccodecs_status ll_read_scan(
    const ll_scan *scan, const uint8_t *in, const uint8_t *end, uint16_t *samples, uint8_t *scratch);

#endif
