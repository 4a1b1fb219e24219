// libFuzzer program for our own decoders. The first byte chooses: even for JPEG Lossless, odd for RLE; the next two
// give the size, as a header's word would; the rest is the codestream.
#include "ccodecs.h"

#include <stdlib.h>

static void jpeg_lossless(const uint8_t *stream, size_t length, uint32_t rows, uint32_t columns) {
    // The Swift side has walked the segments to the frame header before it calls, and taken the size from there.
    for (size_t at = 2; at + 9 <= length && length >= 4;) {
        if (stream[at] != 0xFF) return;
        if (stream[at + 1] == 0xC3) {
            rows = (uint32_t)stream[at + 5] << 8 | stream[at + 6];
            columns = (uint32_t)stream[at + 7] << 8 | stream[at + 8];
            break;
        }
        at += 2 + ((size_t)stream[at + 2] << 8 | stream[at + 3]);
    }
    // One sample costs at least one bit: larger images are refused before the decoder is asked.
    if (length < 4 || rows == 0 || columns == 0 || (size_t)rows * columns > 8 * length) return;
    uint16_t *samples = malloc((size_t)rows * columns * sizeof *samples);
    void *scratch = malloc(ccodecs_jpeg_lossless_scratch(length));
    ccodecs_jpeg_lossless_decode(stream, length, rows, columns, samples, scratch);
    free(scratch);
    free(samples);
}

static void rle(const uint8_t *frame, size_t length, size_t count) {
    uint16_t *samples = malloc(count * sizeof *samples);
    ccodecs_rle_decode(frame, length, samples, count);
    free(samples);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3) return 0;
    uint32_t rows = data[1], columns = data[2];
    // A copy of its own, so that AddressSanitizer sees a read one byte past the end.
    size_t length = size - 3;
    uint8_t *stream = malloc(length ? length : 1);
    for (size_t i = 0; i < length; i++) stream[i] = data[3 + i];
    if (data[0] & 1)
        rle(stream, length, (size_t)rows * columns);
    else
        jpeg_lossless(stream, length, rows, columns);
    free(stream);
    return 0;
}
