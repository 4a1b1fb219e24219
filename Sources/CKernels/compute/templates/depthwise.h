// Depthwise 7 × 7: a strip of outputs along the row stays in registers for one vector of channels, so that an input is
// loaded once for the seven outputs it takes part in.

/// `width` outputs, a constant wherever this is called, from `column` on, of LANES channels.
INLINE void depthwise_strip(
    const ckernels_depthwise *p, ptrdiff_t column, ptrdiff_t channel, float *out, const int width) {
    const ptrdiff_t channels = p->channels;
    vector sums[STRIP];
    UNROLLED for (int i = 0; i < width; i++) {
        sums[i] = p->bias ? load(p->bias + channel) : load(out + i * p->out_stride);
    }
    for (int ky = 0; ky < 7; ky++) {
        const ptrdiff_t y = p->row + ky - 3;
        if (y < 0 || y >= p->rows) continue;
        const float *weights = p->weights + ky * 7 * channels + channel;
        vector taps[7];
        UNROLLED for (int kx = 0; kx < 7; kx++) taps[kx] = load(weights + kx * channels);
        const float *line = p->image + (y * p->columns + column - 3) * channels + channel;
        UNROLLED for (int i = 0; i < width + 6; i++) {
            if ((size_t)(column + i - 3) >= (size_t)p->columns) continue;
            const vector value = load(line + i * channels);
            UNROLLED for (int kx = 6; kx >= 0; kx--) {
                if (i - kx >= 0 && i - kx < width) sums[i - kx] += value * taps[kx];
            }
        }
    }
    UNROLLED for (int i = 0; i < width; i++) store(out + i * p->out_stride, sums[i]);
}

/// One channel of one output: for channels that no whole vector covers.
INLINE void depthwise_value(const ckernels_depthwise *p, ptrdiff_t column, ptrdiff_t channel, float *out) {
    float sum = p->bias ? p->bias[channel] : *out;
    for (int ky = 0; ky < 7; ky++) {
        for (int kx = 0; kx < 7; kx++) {
            const ptrdiff_t y = p->row + ky - 3, x = column + kx - 3;
            if (y < 0 || y >= p->rows || x < 0 || x >= p->columns) continue;
            sum += p->image[(y * p->columns + x) * p->channels + channel] *
                   p->weights[(ky * 7 + kx) * p->channels + channel];
        }
    }
    *out = sum;
}

static void depthwise(const ckernels_depthwise *p) {
    ptrdiff_t done = 0;
    const ptrdiff_t covered = p->channels / LANES * LANES;
    while (done < p->count) {
        const ptrdiff_t left = p->count - done, column = p->first_column + done;
        const ptrdiff_t width = left >= STRIP ? STRIP : left >= 4 ? 4 : 1;
        float *out = p->out + done * p->out_stride;
        for (ptrdiff_t channel = 0; channel < covered; channel += LANES) {
            if (width == STRIP) depthwise_strip(p, column, channel, out + channel, STRIP);
            else if (width == 4) depthwise_strip(p, column, channel, out + channel, 4);
            else depthwise_strip(p, column, channel, out + channel, 1);
        }
        for (ptrdiff_t i = 0; i < width; i++) {
            for (ptrdiff_t channel = covered; channel < p->channels; channel++) {
                depthwise_value(p, column + i, channel, out + i * p->out_stride + channel);
            }
        }
        done += width;
    }
}
