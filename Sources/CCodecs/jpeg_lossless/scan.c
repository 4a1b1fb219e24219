#include "scan.h"

#include "bits.h"
#include "row.h"

#include <string.h>

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
    memset(out, 0, LL_PADDING);
    return in;
}

ccodecs_status ll_read_scan(
    const ll_scan *scan, const uint8_t *in, const uint8_t *end, uint16_t *samples, uint8_t *scratch) {
    const uint32_t columns = scan->columns;
    const uint32_t middle = 1u << (scan->precision - scan->transform - 1);
    uint32_t restart = 0;
    for (uint32_t first = 0; first < scan->rows; restart++) {
        uint8_t *data_end = NULL;
        in = unstuff(in, end, scratch, &data_end);
        ll_bits reader = {scratch, data_end, 0};
        const uint32_t left = scan->rows - first;
        const uint32_t last = scan->restart_rows && left > scan->restart_rows ? first + scan->restart_rows : scan->rows;
        for (uint32_t y = first; y < last; y++) {
            uint16_t *row = samples + (size_t)y * columns;
            ccodecs_status status = ll_read_row(scan->decoder, &reader, row, columns);
            if (status != ccodecs_ok) return status;
            if (y == first)
                ll_predict_first_row(row, columns, middle);
            else
                ll_predict_row(row, row - columns, columns, scan->selection);
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
