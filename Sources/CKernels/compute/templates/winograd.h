// Winograd's convolution of 3×3 by tiles of 2×2 outputs (Lavin and Gray 2015, arXiv:1509.09308): 16 products of 4×4 transformed
// inputs and weights in place of 36. In single precision it is about as exact as the sum of the 36.

/// One dimension of the input's transform.
INLINE void winograd_input_step(vector d[4]) {
    const vector a = d[0] - d[2], b = d[1] + d[2], c = d[2] - d[1], e = d[1] - d[3];
    d[0] = a, d[1] = b, d[2] = c, d[3] = e;
}

INLINE void winograd_input_channels(const ckernels_winograd_input *p, ptrdiff_t tile, ptrdiff_t c, const ptrdiff_t count) {
    vector d[4][4];
    UNROLLED for (int y = 0; y < 4; y++) {
        const float *line = p->image + y * p->row_stride + 2 * tile * p->channels + c;
        UNROLLED for (int x = 0; x < 4; x++) d[y][x] = load_first(line + x * p->channels, count);
        winograd_input_step(d[y]);
    }
    float *out = p->out + tile * p->channels + c;
    UNROLLED for (int x = 0; x < 4; x++) {
        vector column[4] = {d[0][x], d[1][x], d[2][x], d[3][x]};
        winograd_input_step(column);
        UNROLLED for (int y = 0; y < 4; y++) store_first(out + (4 * y + x) * p->plane_stride, column[y], count);
    }
}

static void winograd_input(const ckernels_winograd_input *p) {
    for (ptrdiff_t tile = 0; tile < p->tiles; tile++) {
        ptrdiff_t c = 0;
        for (; c + LANES <= p->channels; c += LANES) winograd_input_channels(p, tile, c, LANES);
        if (c < p->channels) winograd_input_channels(p, tile, c, p->channels - c);
    }
}

INLINE void winograd_output_channels(
    const ckernels_winograd_output *p, ptrdiff_t tile, ptrdiff_t c, const ckernels_activation activation,
    const ptrdiff_t count) {
    vector sums[2][4];
    const float *in = p->products + tile * p->product_stride + c;
    UNROLLED for (int x = 0; x < 4; x++) {
        vector m[4];
        UNROLLED for (int y = 0; y < 4; y++) m[y] = load_first(in + (4 * y + x) * p->plane_stride, count);
        sums[0][x] = m[0] + m[1] + m[2], sums[1][x] = m[1] - m[2] - m[3];
    }
    const vector bias = load_first(p->bias + c, count);
    const ptrdiff_t columns = p->columns - 2 * tile;
    UNROLLED for (int y = 0; y < 2; y++) {
        if (y >= p->rows) break;
        float *out = p->out + y * p->row_stride + 2 * tile * p->out_stride + c;
        const vector first = sums[y][0] + sums[y][1] + sums[y][2] + bias;
        const vector second = sums[y][1] - sums[y][2] - sums[y][3] + bias;
        store_first(out, activated(first, activation), count);
        if (columns > 1) store_first(out + p->out_stride, activated(second, activation), count);
    }
}

INLINE void winograd_outputs(const ckernels_winograd_output *p, const ckernels_activation activation) {
    for (ptrdiff_t tile = 0; 2 * tile < p->columns; tile++) {
        ptrdiff_t c = 0;
        for (; c + LANES <= p->channels; c += LANES) winograd_output_channels(p, tile, c, activation, LANES);
        if (c < p->channels) winograd_output_channels(p, tile, c, activation, p->channels - c);
    }
}

static void winograd_output(const ckernels_winograd_output *p) {
    if (p->activation == ckernels_activation_silu) winograd_outputs(p, ckernels_activation_silu);
    else if (p->activation == ckernels_activation_none) winograd_outputs(p, ckernels_activation_none);
    else __builtin_trap();
}
