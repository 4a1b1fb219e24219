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
/// outlive the image. NULL on failure.
copenjpeg_image *copenjpeg_open(
    const uint8_t *stream, size_t length, copenjpeg_info *info, cmessage *message);

/// Decodes the single component into rows*columns 16-bit patterns (two's complement where signed). Returns 0 on
/// success; a stream that ends early is a failure.
int copenjpeg_decode(copenjpeg_image *image, uint16_t *samples, size_t count, cmessage *message);

void copenjpeg_close(copenjpeg_image *image);

#endif
