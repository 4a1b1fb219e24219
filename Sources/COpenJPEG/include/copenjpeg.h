// OpenJPEG behind a plain C interface: one gray JPEG 2000 image from memory.
#ifndef COPENJPEG_H
#define COPENJPEG_H

#include "cmessage.h"

#include <stddef.h>
#include <stdint.h>

/// What a codestream's own header says.
typedef struct {
    uint32_t rows;
    uint32_t columns;
    uint32_t components;
    uint32_t precision;  // bits a sample
    int is_signed;
} copenjpeg_info;

/// An image whose header has been read and whose samples have not.
typedef struct copenjpeg_image copenjpeg_image;

/// Reads the header of a bare codestream or of a whole JP2 file (told apart by their first bytes). `stream` must
/// outlive the image. With `reduction` r the r finest resolutions will not be decoded: each halves rows and columns.
/// `info` is that of the whole image. `threads` above 1 decode code blocks side by side, beyond the reach of the guard
/// against failed assertions. NULL on failure.
copenjpeg_image *copenjpeg_open(
    const uint8_t *stream, size_t length, uint32_t reduction, int threads, copenjpeg_info *info, cmessage *message);

/// Decodes the single component into 16-bit patterns (two's complement where signed), of which there must be
/// rows*columns as reduced. Returns 0 on success; a stream that ends early is a failure.
int copenjpeg_decode(
    copenjpeg_image *image, uint16_t *samples, uint32_t rows, uint32_t columns, cmessage *message);

void copenjpeg_close(copenjpeg_image *image);

#endif
