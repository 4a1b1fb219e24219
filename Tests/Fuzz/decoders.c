// libFuzzer program for our own decoders. The first byte chooses, modulo 3: JPEG Lossless, RLE, JPEG 2000; the next two
// give the size, as a header's word would, or for JPEG 2000 the resolutions left out and the threads; the rest is the
// codestream.
//
// With -DCHECKSUMS it is a program instead that decodes the files it is given and prints a checksum of the samples of each: for
// one machine's to be compared with another's.
#include "ccodecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile uint32_t checksum;

/// Reads what was decoded.
static void take(ccodecs_status status, const uint16_t *samples, size_t count) {
    checksum = checksum * 31 + status;
    for (size_t i = 0; status == ccodecs_ok && i < count; i++) checksum = checksum * 31 + samples[i];
}

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
    take(ccodecs_jpeg_lossless_decode(stream, length, rows, columns, samples, scratch), samples, (size_t)rows * columns);
    free(scratch);
    free(samples);
}

static void rle(const uint8_t *frame, size_t length, size_t count) {
    uint16_t *samples = malloc(count * sizeof *samples);
    take(ccodecs_rle_decode(frame, length, samples, count), samples, count);
    free(samples);
}

static uint32_t word(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void jpeg_2000(const uint8_t *stream, size_t length, uint32_t reduction, int threads) {
    // The size as the Swift side would read it, from behind the markers that begin a codestream.
    static const uint8_t start[4] = {0xFF, 0x4F, 0xFF, 0x51};
    for (size_t at = 0; at + 24 <= length; at++) {
        if (memcmp(stream + at, start, sizeof start) != 0) continue;
        const uint64_t round = (1u << reduction) - 1;
        const uint64_t columns = ((word(stream + at + 8) + round) >> reduction)
            - ((word(stream + at + 16) + round) >> reduction);
        const uint64_t rows = ((word(stream + at + 12) + round) >> reduction)
            - ((word(stream + at + 20) + round) >> reduction);
        if (rows == 0 || columns == 0 || rows > 1 << 20 || columns > 1 << 20 || rows * columns > 1 << 20) return;
        uint16_t *samples = malloc(rows * columns * sizeof *samples);
        int is_signed;
        const ccodecs_status status = ccodecs_jpeg2000_decode(
            stream, length, reduction, threads, (uint32_t)rows, (uint32_t)columns, samples, &is_signed);
        take(status, samples, rows * columns);
        free(samples);
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 3) return 0;
    uint32_t rows = data[1], columns = data[2];
    // A copy of its own, so that AddressSanitizer sees a read one byte past the end.
    size_t length = size - 3;
    uint8_t *stream = malloc(length ? length : 1);
    for (size_t i = 0; i < length; i++) stream[i] = data[3 + i];
    switch (data[0] % 3) {
    case 0: jpeg_lossless(stream, length, rows, columns); break;
    case 1: rle(stream, length, (size_t)rows * columns); break;
    default: jpeg_2000(stream, length, data[1] % 4, 1 + data[2] % 2); break;
    }
    free(stream);
    return 0;
}

#ifdef CHECKSUMS
int main(int count, char **files) {
    static uint8_t data[1 << 16];
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(files[i], "rb");
        if (!file) return 1;
        const size_t size = fread(data, 1, sizeof data, file);
        fclose(file);
        checksum = 0;
        LLVMFuzzerTestOneInput(data, size);
        printf("%08x %s\n", checksum, files[i]);
    }
    return 0;
}
#endif
