// DCMTK's decoders of JPEG and JPEG-LS codestreams behind a plain C interface. No function lets a C++ exception out.
#ifndef CDCMTK_H
#define CDCMTK_H

#include "cmessage.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// 1 where DCMTK's data dictionary is loaded. Without it its decoders cannot be told what they decode.
int cdcmtk_has_dictionary(void);

/// The codestreams `cdcmtk_decode` takes.
typedef enum {
    cdcmtk_codec_jpeg_baseline = 0,
    cdcmtk_codec_jpeg_extended = 1,
    cdcmtk_codec_jpeg_lossless = 2,
    cdcmtk_codec_jpeg_ls = 3
} cdcmtk_codec;

/// Decodes one single-component codestream whose size and precision (bits) the caller read from its own header.
/// Writes rows*columns samples of 1 byte (precision <= 8) or 2 bytes (above) in host order. Returns 0 on success.
int cdcmtk_decode(
    cdcmtk_codec codec, const uint8_t *stream, size_t length, uint16_t rows, uint16_t columns, uint8_t precision,
    void *samples, size_t capacity, cmessage *message);

#ifdef __cplusplus
}
#endif
#endif
