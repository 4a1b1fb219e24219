// DCMTK behind a plain C interface: parsing a file, and decoding JPEG and JPEG-LS codestreams.
//
// No function lets a C++ exception out. Those with a `message` fill it and return 0 on success or a pointer; those that
// look something up return 1 where it is there.
#ifndef CDCMTK_H
#define CDCMTK_H

#include "cmessage.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An opened file. Not safe for use by two threads at once; two files are independent of each other.
typedef struct cdcmtk_file cdcmtk_file;

/// Parses the file at `path`; values above 4 KB stay on disk until asked for. NULL on failure.
cdcmtk_file *cdcmtk_open(const char *path, cmessage *message);

/// Parses a data set of explicit VR, little-endian, without preamble or meta information, from memory; what is needed of
/// it is copied. NULL on failure.
cdcmtk_file *cdcmtk_open_data_set(const uint8_t *bytes, size_t length, cmessage *message);

void cdcmtk_close(cdcmtk_file *file);

/// 1 where DCMTK's data dictionary is loaded. Without it implicit VR cannot be read.
int cdcmtk_has_dictionary(void);

/// The UID of the transfer syntax DCMTK found the data set to be in.
const char *cdcmtk_transfer_syntax(cdcmtk_file *file);

/// One functional group (PS3.3 C.7.6.16) of a file: attributes of one frame, or of all. Valid until the file is closed.
typedef struct cdcmtk_functional_group cdcmtk_functional_group;

/// The functional group of frame `index`, from 0, whose sequence has this tag: the frame's own where it has one, else
/// the one all frames share; NULL where there is neither.
cdcmtk_functional_group *cdcmtk_find_functional_group(
    cdcmtk_file *file, unsigned long index, uint16_t group, uint16_t element);

/// The first item of a top-level sequence, as `within` of cdcmtk_string takes it; NULL where there is none.
cdcmtk_functional_group *cdcmtk_find_item(cdcmtk_file *file, uint16_t group, uint16_t element);

/// Copies the value of an element of `within`, or with NULL of a top-level one, as text, as much of it as there is room
/// for. Returns 1 where the element is there and not empty.
int cdcmtk_string(
    cdcmtk_file *file, cdcmtk_functional_group *within, uint16_t group, uint16_t element, char *text, size_t capacity);

/// Reads one value of a top-level US element. Returns 1 where it is there.
int cdcmtk_uint16(cdcmtk_file *file, uint16_t group, uint16_t element, uint16_t *value);

/// 1 where a top-level element is there, empty or not.
int cdcmtk_exists(cdcmtk_file *file, uint16_t group, uint16_t element);

/// Reads item `index` of the VOI LUT Sequence (PS3.3 C.11.2.1.1): the three words of its descriptor and up to `capacity`
/// words of its data, whose number goes into `count`. Returns 1 where it is there.
int cdcmtk_voi_lut(
    cdcmtk_file *file, unsigned long index, uint16_t descriptor[3], uint16_t *data, size_t capacity, size_t *count);

/// How the pixel data are stored.
typedef enum { cdcmtk_pixels_absent = 0, cdcmtk_pixels_native = 1, cdcmtk_pixels_encapsulated = 2 } cdcmtk_pixel_kind;

cdcmtk_pixel_kind cdcmtk_kind_of_pixels(cdcmtk_file *file);

/// The length in bytes that the header gives native pixel data; nothing is loaded.
uint64_t cdcmtk_native_length(cdcmtk_file *file);

/// Copies `length` bytes of native pixel data from `offset` on, as little-endian words, without loading the rest. Returns 0
/// on success.
int cdcmtk_native_read(cdcmtk_file *file, size_t offset, size_t length, void *bytes, cmessage *message);

/// The number of items of encapsulated pixel data, the basic offset table (item 0) included.
unsigned long cdcmtk_item_count(cdcmtk_file *file);

/// The bytes of one item, valid until the file is closed. Returns 0 on success.
int cdcmtk_item(
    cdcmtk_file *file, unsigned long index, const uint8_t **bytes, size_t *length, cmessage *message);

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
