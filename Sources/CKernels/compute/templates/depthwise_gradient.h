// Gradients of the taps and the bias of a depthwise 7 × 7. For one vector of channels and one row of taps, seven sums
// stay in registers, and so does a strip of output gradients: an input is loaded once for all taps that it met.

/// Adds what `width` outputs, a constant wherever this is called, from `column` on, say of a row of seven taps.
INLINE void depthwise_gradient_strip(
    const float *gradient, const float *line, ptrdiff_t column, ptrdiff_t columns, ptrdiff_t channels, vector sums[7],
    const int width) {
    vector outputs[STRIP];
    UNROLLED for (int i = 0; i < width; i++) outputs[i] = load(gradient + (column + i) * channels);
    UNROLLED for (int i = 0; i < width + 6; i++) {
        if ((size_t)(column + i - 3) >= (size_t)columns) continue;
        const vector value = load(line + (column + i - 3) * channels);
        UNROLLED for (int kx = 0; kx < 7; kx++) {
            if (i - kx >= 0 && i - kx < width) sums[kx] += value * outputs[i - kx];
        }
    }
}

/// The sums for one vector of channels.
INLINE void depthwise_gradient_vector(const ckernels_depthwise_gradient *p, ptrdiff_t channel) {
    const ptrdiff_t channels = p->channels, width = p->columns * channels;
    for (int ky = 0; ky < 7; ky++) {
        float *taps = p->weights + ky * 7 * channels + channel;
        vector sums[7];
        UNROLLED for (int kx = 0; kx < 7; kx++) sums[kx] = load(taps + kx * channels);
        for (ptrdiff_t row = p->row; row < p->row + p->row_count; row++) {
            const ptrdiff_t y = row + ky - 3;
            if (y < 0 || y >= p->rows) continue;
            const float *gradient = p->gradient + row * width + channel, *line = p->image + y * width + channel;
            ptrdiff_t column = 0;
            for (; column + STRIP <= p->columns; column += STRIP) {
                depthwise_gradient_strip(gradient, line, column, p->columns, channels, sums, STRIP);
            }
            for (; column + 4 <= p->columns; column += 4) {
                depthwise_gradient_strip(gradient, line, column, p->columns, channels, sums, 4);
            }
            for (; column < p->columns; column++) {
                depthwise_gradient_strip(gradient, line, column, p->columns, channels, sums, 1);
            }
        }
        UNROLLED for (int kx = 0; kx < 7; kx++) store(taps + kx * channels, sums[kx]);
    }
}

/// The sums for one channel: for channels that no whole vector covers.
INLINE void depthwise_gradient_value(const ckernels_depthwise_gradient *p, ptrdiff_t channel) {
    for (int tap = 0; tap < 49; tap++) {
        float sum = p->weights[tap * p->channels + channel];
        for (ptrdiff_t row = p->row; row < p->row + p->row_count; row++) {
            for (ptrdiff_t column = 0; column < p->columns; column++) {
                const ptrdiff_t y = row + tap / 7 - 3, x = column + tap % 7 - 3;
                if (y < 0 || y >= p->rows || x < 0 || x >= p->columns) continue;
                sum += p->gradient[(row * p->columns + column) * p->channels + channel] *
                       p->image[(y * p->columns + x) * p->channels + channel];
            }
        }
        p->weights[tap * p->channels + channel] = sum;
    }
}

static void depthwise_gradient(const ckernels_depthwise_gradient *p) {
    const ptrdiff_t covered = p->channels / LANES * LANES;
    for (ptrdiff_t channel = 0; channel < covered; channel += LANES) depthwise_gradient_vector(p, channel);
    for (ptrdiff_t channel = covered; channel < p->channels; channel++) depthwise_gradient_value(p, channel);
}
