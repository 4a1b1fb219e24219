#include "copenjpeg_encoder.h"

#include <openjpeg.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint8_t *bytes;
    size_t length, room, at;
} memory;

static OPJ_SIZE_T put(void *from, OPJ_SIZE_T count, void *context) {
    memory *to = context;
    if (to->at + count > to->room) {
        to->room = 2 * (to->at + count) + 4096;
        to->bytes = realloc(to->bytes, to->room);
    }
    memcpy(to->bytes + to->at, from, count);
    to->at += count;
    if (to->at > to->length) to->length = to->at;
    return count;
}

static OPJ_BOOL seek(OPJ_OFF_T to, void *context) {
    memory *in = context;
    if (to < 0 || (size_t)to > in->length) return OPJ_FALSE;
    in->at = (size_t)to;
    return OPJ_TRUE;
}

static OPJ_OFF_T skip(OPJ_OFF_T count, void *context) {
    memory *in = context;
    static const uint8_t nothing[64];
    for (OPJ_OFF_T left = count; left > 0; left -= 64) put((void *)nothing, left < 64 ? (size_t)left : 64, in);
    return count;
}

static void quiet(const char *text, void *context) {
    (void)text;
    (void)context;
}

static void set_parameters(const copenjpeg_encoding *how, opj_cparameters_t *p) {
    opj_set_default_encoder_parameters(p);
    p->numresolution = (int)how->levels + 1;
    p->cblockw_init = (int)how->block_width, p->cblockh_init = (int)how->block_height;
    p->prog_order = (OPJ_PROG_ORDER)how->progression;
    p->irreversible = how->is_irreversible;
    p->mode = how->style;
    p->image_offset_x0 = (int)how->left, p->image_offset_y0 = (int)how->top;
    if (how->tile_width) {
        p->tile_size_on = OPJ_TRUE;
        p->cp_tdx = (int)how->tile_width, p->cp_tdy = (int)how->tile_height;
        p->cp_tx0 = (int)how->tile_left, p->cp_ty0 = (int)how->tile_top;
    }
    p->tcp_numlayers = (int)how->layers;
    p->cp_disto_alloc = 1;
    for (uint32_t layer = 0; layer < how->layers; layer++)
        p->tcp_rates[layer] = layer + 1 == how->layers && !how->is_lossy ? 0 : (float)(1 << (how->layers - layer));
    if (how->precincts) {
        p->csty |= 1;
        p->res_spec = (int)how->precincts;
        for (uint32_t i = 0; i < how->precincts; i++)
            p->prcw_init[i] = (int)how->precinct_width[i], p->prch_init[i] = (int)how->precinct_height[i];
    }
    if (how->sop) p->csty |= 2;
    if (how->eph) p->csty |= 4;
    if (how->tile_parts) {
        p->tp_on = 1;
        p->tp_flag = how->tile_parts;
    }
    if (how->region_shift) {
        p->roi_compno = 0;
        p->roi_shift = how->region_shift;
    }
}

uint8_t *copenjpeg_encode(const copenjpeg_encoding *how, const int32_t *samples, size_t *length) {
    opj_cparameters_t parameters;
    set_parameters(how, &parameters);
    opj_image_cmptparm_t component = {
        .dx = 1, .dy = 1, .w = how->columns, .h = how->rows, .x0 = how->left, .y0 = how->top,
        .prec = how->precision, .bpp = how->precision, .sgnd = (OPJ_UINT32)how->is_signed};
    opj_image_t *image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
    opj_codec_t *codec = opj_create_compress(how->is_jp2 ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K);
    opj_stream_t *stream = opj_stream_create(1 << 16, OPJ_FALSE);
    memory out = {0};
    image->x0 = how->left, image->y0 = how->top;
    image->x1 = how->left + how->columns, image->y1 = how->top + how->rows;
    memcpy(image->comps[0].data, samples, (size_t)how->rows * how->columns * sizeof *samples);
    opj_set_error_handler(codec, quiet, NULL);
    opj_set_warning_handler(codec, quiet, NULL);
    opj_set_info_handler(codec, quiet, NULL);
    opj_stream_set_user_data(stream, &out, NULL);
    opj_stream_set_write_function(stream, put);
    opj_stream_set_seek_function(stream, seek);
    opj_stream_set_skip_function(stream, skip);
    const int done = opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream)
        && opj_encode(codec, stream) && opj_end_compress(codec, stream);
    opj_stream_destroy(stream);
    opj_destroy_codec(codec);
    opj_image_destroy(image);
    if (!done) {
        free(out.bytes);
        return NULL;
    }
    *length = out.length;
    return out.bytes;
}
