#include "cpng.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *bytes;
    size_t length;
    size_t position;
    cmessage *message;
} source;

static void on_error(png_structp png, png_const_charp text) {
    source *self = png_get_error_ptr(png);
    cmessage_say(self->message, text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep buffer, size_t count) {
    source *self = png_get_io_ptr(png);
    if (count > self->length - self->position) png_error(png, "the file ends early");
    memcpy(buffer, self->bytes + self->position, count);
    self->position += count;
}

static int header(png_structp png, png_infop info, cpng_info *found) {
    png_read_info(png, info);
    found->rows = png_get_image_height(png, info);
    found->columns = png_get_image_width(png, info);
    found->bits = png_get_bit_depth(png, info);
    return png_get_color_type(png, info) == PNG_COLOR_TYPE_GRAY && found->bits >= 8;
}

static int row_bytes_fit(const cpng_info *info, size_t capacity) {
    size_t row = (size_t)info->columns * (size_t)(info->bits / 8);
    return info->rows == 0 || row <= capacity / info->rows;
}

/// Reads the header, and the samples too where there is room for them given.
static int read(const uint8_t *bytes, size_t length, cpng_info *info, void *samples, size_t capacity, cmessage *message) {
    source self = {bytes, length, 0, message};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &self, on_error, on_warning);
    png_infop png_info = png ? png_create_info_struct(png) : NULL;
    png_bytep *volatile rows = NULL;
    volatile int failed = 1;
    if (!png_info) {
        cmessage_say(message, "not enough memory");
    } else if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_read_fn(png, &self, read_bytes);
        if (!header(png, png_info, info)) {
            cmessage_say(message, "not a gray PNG of 8 or 16 bits");
        } else if (!samples) {
            failed = 0;
        } else if (!row_bytes_fit(info, capacity)) {
            cmessage_say(message, "larger than its header said");
        } else {
            if (info->bits == 16) png_set_swap(png);
            png_set_interlace_handling(png);
            png_read_update_info(png, png_info);
            rows = malloc(sizeof(png_bytep) * info->rows);
            if (rows) {
                size_t stride = (size_t)info->columns * (size_t)(info->bits / 8);
                for (uint32_t y = 0; y < info->rows; y++) rows[y] = (png_bytep)samples + y * stride;
                png_read_image(png, rows);
                png_read_end(png, NULL);
                failed = 0;
            } else {
                cmessage_say(message, "not enough memory");
            }
        }
    }
    free(rows);
    if (png) png_destroy_read_struct(&png, png_info ? &png_info : NULL, NULL);
    return failed;
}

int cpng_read_header(const uint8_t *png, size_t length, cpng_info *info, cmessage *message) {
    return read(png, length, info, NULL, 0, message);
}

int cpng_read_gray(const uint8_t *png, size_t length, void *samples, size_t capacity, cmessage *message) {
    cpng_info info;
    return read(png, length, &info, samples, capacity, message);
}
