// JPEG Lossless, Huffman-coded (ISO/IEC 10918-1 annex H; DICOM processes 14 and 14 SV1), one component: its markers.
//
// The entropy-coded bytes are first freed of their stuffing (scan.c), so that the bit reader is one load (bits.h). A
// look gives one or two differences at once (codes.h). Differences go straight into the image (differences.c), and each
// row is then predicted in place (prediction.c).
#include "bits.h"
#include "ccodecs.h"
#include "codes.h"
#include "scan.h"

#include <string.h>

static inline uint32_t word16(const uint8_t *p) { return (uint32_t)p[0] << 8 | p[1]; }

size_t ccodecs_jpeg_lossless_scratch(size_t length) { return length + LL_PADDING + sizeof(ll_decoder); }

ccodecs_status ccodecs_jpeg_lossless_decode(
    const uint8_t *stream, size_t length, uint32_t rows, uint32_t columns, uint16_t *samples, void *scratch) {
    ll_huffman tables[4];
    memset(tables, 0, sizeof tables);
    ll_scan scan = {rows, columns, 0, 0, 0, 0, scratch};
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
            if (!ll_read_tables(body, in, tables)) return ccodecs_bad_header;
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
            const ll_huffman *table = &tables[body[2] >> 4];
            if (!table->defined || !ll_prepare(scan.decoder, table)) return ccodecs_bad_header;
            return ll_read_scan(&scan, in, end, samples, (uint8_t *)scratch + sizeof(ll_decoder));
        }
        default: break;
        }
    }
    return ccodecs_truncated;
}
