// A scale and a shift for each channel, then an activation, and the gradient of it: batch norm, gates and unfused layers.

/// `count` of a row's channels from `c` on, at most LANES: a constant for whole vectors.
INLINE vector affine_sum(const float *row, const float *scale, const float *shift, ptrdiff_t c, const ptrdiff_t count) {
    vector value = load_first(row + c, count);
    if (scale) value *= load_first(scale + c, count);
    if (shift) value += load_first(shift + c, count);
    return value;
}

INLINE void affine_channels(
    const ckernels_row_affine *p, ptrdiff_t r, ptrdiff_t c, const ckernels_activation activation, const ptrdiff_t count) {
    const vector sum = affine_sum(p->rows + r * p->row_stride, p->scale, p->shift, c, count);
    vector value = activated(sum, activation);
    if (p->residual) value += load_first(p->residual + r * p->residual_stride + c, count);
    store_first(p->out + r * p->out_stride + c, value, count);
}

INLINE void affine_gradient_channels(
    const ckernels_row_affine_gradient *p, ptrdiff_t r, ptrdiff_t c, const ckernels_activation activation,
    const ptrdiff_t count) {
    const vector sum = affine_sum(p->rows + r * p->row_stride, p->scale, p->shift, c, count);
    const vector gradient = load_first(p->gradient + r * p->gradient_stride + c, count);
    store_first(p->out + r * p->out_stride + c, gradient * activation_slope(sum, activation), count);
}

/// All rows with one activation: a loop for each, or it would be chosen for every vector.
#define ROWS(channels_of, activation)                                                           \
    for (ptrdiff_t r = 0; r < p->row_count; r++) {                                              \
        ptrdiff_t c = 0;                                                                        \
        for (; c + LANES <= p->channels; c += LANES) channels_of(p, r, c, activation, LANES);   \
        if (c < p->channels) channels_of(p, r, c, activation, p->channels - c);                 \
    }                                                                                           \
    break;

#define ALL_ROWS(channels_of)                                                                               \
    switch (p->activation) {                                                                                \
        case ckernels_activation_none: ROWS(channels_of, ckernels_activation_none)                          \
        case ckernels_activation_silu: ROWS(channels_of, ckernels_activation_silu)                          \
        case ckernels_activation_gelu: ROWS(channels_of, ckernels_activation_gelu)                          \
        case ckernels_activation_sigmoid: ROWS(channels_of, ckernels_activation_sigmoid)                    \
    }

static void affine(const ckernels_row_affine *p) { ALL_ROWS(affine_channels) }

static void affine_gradient(const ckernels_row_affine_gradient *p) { ALL_ROWS(affine_gradient_channels) }

#undef ALL_ROWS
#undef ROWS
