// Decoders of our own, for the codecs that cost the time. Plain C, no global state; JPEG 2000 alone allocates.
#ifndef CCODECS_H
#define CCODECS_H

#include <stddef.h>
#include <stdint.h>

/// Why a decoder stopped.
typedef enum {
    ccodecs_ok = 0,
    ccodecs_bad_header = 1,   // the frame's header contradicts itself or is not there
    ccodecs_truncated = 2,    // the data end before the image does
    ccodecs_bad_segments = 3,  // another number of byte planes than the caller can hold
    ccodecs_bad_code = 4,      // bits that no code, marker or sample of this image can be
    ccodecs_not_taken = 5      // out of this decoder's scope, or damaged: another decoder has the last word
} ccodecs_status;

/// The number of byte planes (1 for 8-bit samples, 2 for 16-bit) an RLE frame says it has; 0 where it has no header.
uint32_t ccodecs_rle_segments(const uint8_t *frame, size_t length);

/// Decodes one RLE frame (PS3.5 annex G) of `count` samples with one or two byte planes into 16-bit samples.
ccodecs_status ccodecs_rle_decode(const uint8_t *frame, size_t length, uint16_t *samples, size_t count);

/// The bytes of scratch memory, aligned to 8, that decoding a codestream of `length` bytes takes.
size_t ccodecs_jpeg_lossless_scratch(size_t length);

/// Decodes a JPEG Lossless codestream (from SOI on) of one component, whose frame header says `rows` and `columns`
/// (both at least 1), into 16-bit samples. Predictors 1 to 7, 2 to 16 bits, point transform, restart intervals.
ccodecs_status ccodecs_jpeg_lossless_decode(
    const uint8_t *stream, size_t length, uint32_t rows, uint32_t columns, uint16_t *samples, void *scratch);

/// Decodes a JPEG 2000 codestream, bare or in a JP2 file, into 16-bit patterns (two's complement where signed), of which
/// there must be rows*columns without the `reduction` finest resolutions. In scope is one component of 1 to 16 bits,
/// reversible, in code blocks of the plain style, whatever the tiles, layers, precincts and progression; the values are
/// then OpenJPEG's. All else, and everything damaged, is `ccodecs_not_taken`, with `samples` in no certain state.
/// `threads` above 1 decode code blocks side by side.
ccodecs_status ccodecs_jpeg2000_decode(
    const uint8_t *file, size_t length, uint32_t reduction, int threads, uint32_t rows, uint32_t columns,
    uint16_t *samples, int *is_signed);

#endif
