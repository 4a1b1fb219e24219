#include "jp2.h"

#include <string.h>

enum { FTYP = 0x66747970, JP2H = 0x6A703268, IHDR = 0x69686472, JP2C = 0x6A703263 };

typedef struct {
    uint32_t type;
    const uint8_t *content;
    size_t length;
} box;

/// Takes the box at `*next` (I.4) and goes behind it.
static bool read_box(const uint8_t **next, const uint8_t *end, box *found) {
    const size_t left = (size_t)(end - *next);
    if (left < 8) return false;
    size_t head = 8, whole = big_endian_number(*next, 4);
    if (whole == 1) {  // eight bytes more hold the length
        if (left < 16 || big_endian_number(*next + 8, 4) != 0) return false;
        head = 16, whole = big_endian_number(*next + 12, 4);
    } else if (whole == 0) {  // up to the end
        whole = left;
    }
    if (whole < head || whole > left) return false;
    *found = (box){big_endian_number(*next + 4, 4), *next + head, whole - head};
    *next += whole;
    return true;
}

/// The header's first box is the image header (I.5.3.1).
static bool read_header(const box *header, jp2_codestream *found) {
    const uint8_t *next = header->content;
    box image;
    if (!read_box(&next, header->content + header->length, &image) || image.type != IHDR || image.length != 14)
        return false;
    found->rows = big_endian_number(image.content, 4);
    found->columns = big_endian_number(image.content + 4, 4);
    found->has_size = true;
    // One component with its bits told here, and compression type 7, which is JPEG 2000.
    return big_endian_number(image.content + 8, 2) == 1 && image.content[10] != 0xFF && image.content[11] == 7;
}

bool jp2_find_codestream(const uint8_t *file, size_t length, jp2_codestream *found) {
    static const uint8_t signature[12] = {0, 0, 0, 0x0C, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A};
    *found = (jp2_codestream){.bytes = file, .length = length};
    if (length < sizeof signature || memcmp(file, signature, sizeof signature) != 0) return true;
    const uint8_t *next = file + sizeof signature, *end = file + length;
    box at;
    if (!read_box(&next, end, &at) || at.type != FTYP) return false;
    while (read_box(&next, end, &at)) {
        if (at.type == JP2H && (found->has_size || !read_header(&at, found))) return false;
        if (at.type == IHDR || at.type == FTYP) return false;  // where they do not belong
        if (at.type != JP2C) continue;
        found->bytes = at.content;
        found->length = at.length;
        return found->has_size;
    }
    return false;
}
