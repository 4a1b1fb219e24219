#include "copenjpeg.h"

#include "assertion_guard.h"

#include <openjpeg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct copenjpeg_image {
    opj_codec_t *codec;
    opj_stream_t *stream;
    opj_image_t *image;
    const uint8_t *bytes;
    size_t length;
    size_t position;
    cmessage first_error;  // the first is the cause, later ones its consequences
};

static void on_error(const char *text, void *context) {
    copenjpeg_image *self = context;
    if (self->first_error.text[0]) return;
    cmessage_say(&self->first_error, text);
    for (char *c = self->first_error.text; *c; c++)
        if (*c == '\n' || *c == '\r') *c = *(c + 1) ? ' ' : 0;
}

static void ignore(const char *text, void *context) {
    (void)text;
    (void)context;
}

static OPJ_SIZE_T read_bytes(void *buffer, OPJ_SIZE_T count, void *context) {
    copenjpeg_image *self = context;
    size_t left = self->length - self->position;
    if (left == 0) return (OPJ_SIZE_T)-1;
    if (count > left) count = left;
    memcpy(buffer, self->bytes + self->position, count);
    self->position += count;
    return count;
}

static OPJ_OFF_T skip_bytes(OPJ_OFF_T count, void *context) {
    copenjpeg_image *self = context;
    if (count < 0) return -1;
    size_t left = self->length - self->position;
    if ((uint64_t)count > left) count = (OPJ_OFF_T)left;
    self->position += (size_t)count;
    return count;
}

static OPJ_BOOL seek_bytes(OPJ_OFF_T position, void *context) {
    copenjpeg_image *self = context;
    if (position < 0 || (uint64_t)position > self->length) return OPJ_FALSE;
    self->position = (size_t)position;
    return OPJ_TRUE;
}

static const uint8_t jp2_signature[12] = {0, 0, 0, 0x0C, 'j', 'P', ' ', ' ', 0x0D, 0x0A, 0x87, 0x0A};

static int open_codec(copenjpeg_image *self, uint32_t reduction, int threads) {
    int is_jp2 = self->length >= sizeof jp2_signature
        && memcmp(self->bytes, jp2_signature, sizeof jp2_signature) == 0;
    self->codec = opj_create_decompress(is_jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    self->stream = opj_stream_create(1 << 20, OPJ_TRUE);
    if (!self->codec || !self->stream) return 0;
    opj_stream_set_user_data(self->stream, self, NULL);
    opj_stream_set_user_data_length(self->stream, self->length);
    opj_stream_set_read_function(self->stream, read_bytes);
    opj_stream_set_skip_function(self->stream, skip_bytes);
    opj_stream_set_seek_function(self->stream, seek_bytes);
    opj_set_error_handler(self->codec, on_error, self);
    opj_set_warning_handler(self->codec, ignore, self);
    opj_set_info_handler(self->codec, ignore, self);

    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    // Stored values, not colours: DICOM says what they mean, the JP2 boxes do not (PS3.5 8.2.4).
    parameters.cp_reduce = reduction;
    parameters.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
    return opj_setup_decoder(self->codec, &parameters) && opj_decoder_set_strict_mode(self->codec, OPJ_TRUE)
        && (threads < 2 || opj_codec_set_threads(self->codec, threads))
        && opj_read_header(self->stream, self->codec, &self->image);
}

static copenjpeg_image *open_image(
    const uint8_t *stream, size_t length, uint32_t reduction, int threads, copenjpeg_info *info, cmessage *message) {
    copenjpeg_image *self = calloc(1, sizeof *self);
    if (!self) {
        cmessage_say(message, "not enough memory");
        return NULL;
    }
    self->bytes = stream;
    self->length = length;
    if (!open_codec(self, reduction, threads) || !self->image || self->image->numcomps == 0) {
        cmessage_say(message, self->first_error.text[0] ? self->first_error.text : "the header cannot be read");
        copenjpeg_close(self);
        return NULL;
    }
    const opj_image_comp_t *component = &self->image->comps[0];
    *info = (copenjpeg_info){
        .rows = component->h,
        .columns = component->w,
        .components = self->image->numcomps,
        .precision = component->prec,
        .is_signed = component->sgnd != 0,
    };
    return self;
}

static int decode(copenjpeg_image *self, uint16_t *samples, uint32_t rows, uint32_t columns, cmessage *message) {
    if (!opj_decode(self->codec, self->stream, self->image) || !opj_end_decompress(self->codec, self->stream)) {
        cmessage_say(message, self->first_error.text[0] ? self->first_error.text : "the stream is damaged or ends early");
        return 1;
    }
    const opj_image_comp_t *component = &self->image->comps[0];
    if (!component->data || component->w != columns || component->h != rows) {
        cmessage_say(message, "the decoded size is not the header's");
        return 1;
    }
    const size_t count = (size_t)rows * columns;
    for (size_t i = 0; i < count; i++) samples[i] = (uint16_t)component->data[i];
    return 0;
}

copenjpeg_image *copenjpeg_open(
    const uint8_t *stream, size_t length, uint32_t reduction, int threads, copenjpeg_info *info, cmessage *message) {
    assertion_guard guard;
    if (setjmp(guard.back) != 0) {  // what was allocated until then is lost; the file is damaged
        cmessage_say(message, guard.reason);
        return NULL;
    }
    copenjpeg_enter(&guard);
    copenjpeg_image *image = open_image(stream, length, reduction, threads, info, message);
    copenjpeg_leave();
    return image;
}

int copenjpeg_decode(
    copenjpeg_image *self, uint16_t *samples, uint32_t rows, uint32_t columns, cmessage *message) {
    assertion_guard guard;
    if (setjmp(guard.back) != 0) {
        cmessage_say(message, guard.reason);
        return 1;
    }
    copenjpeg_enter(&guard);
    int status = decode(self, samples, rows, columns, message);
    copenjpeg_leave();
    return status;
}

void copenjpeg_close(copenjpeg_image *self) {
    if (!self) return;
    if (self->image) opj_image_destroy(self->image);
    if (self->stream) opj_stream_destroy(self->stream);
    if (self->codec) opj_destroy_codec(self->codec);
    free(self);
}
