// Gradients of the taps of a depthwise convolution. For one vector of channels and one or more rows of taps, the sums stay
// in registers, and so does a strip of output gradients: an input is loaded once for all taps of a row. Sums are added up in
// the order of the outputs.
//
// `kernel`, `stride`, `width` and `together` are constants wherever these functions are called.

/// Adds what `width` outputs from `column` on contribute to one row of taps.
INLINE void depthwise_gradient_strip(
    const float *gradient, const float *line, ptrdiff_t column, ptrdiff_t columns, ptrdiff_t channels, vector sums[7],
    const int kernel, const int stride, const int width) {
    const ptrdiff_t first = column * stride - kernel / 2;
    vector outputs[STRIP];
    UNROLLED for (int i = 0; i < width; i++) outputs[i] = load(gradient + (column + i) * channels);
    UNROLLED for (int i = 0; i < (width - 1) * stride + kernel; i++) {
        if ((size_t)(first + i) >= (size_t)columns) continue;
        const vector value = load(line + (first + i) * channels);
        UNROLLED for (int kx = 0; kx < kernel; kx++) {
            const int place = i - kx;
            if (place >= 0 && place % stride == 0 && place / stride < width) sums[kx] += value * outputs[place / stride];
        }
    }
}

/// The sums for one vector of channels and the rows of taps from `ky` on: several `together`, or the few sums of a small
/// kernel would wait for each other.
INLINE void depthwise_gradient_taps(
    const ckernels_depthwise_gradient *p, ptrdiff_t channel, int ky, const int kernel, const int stride,
    const int together) {
    const ptrdiff_t channels = p->channels, columns = (p->columns - 1) / stride + 1;
    float *taps = p->weights + ky * kernel * channels + channel;
    vector sums[3][7];
    UNROLLED for (int t = 0; t < together; t++) {
        UNROLLED for (int kx = 0; kx < kernel; kx++) sums[t][kx] = load(taps + (t * kernel + kx) * channels);
    }
    for (ptrdiff_t row = p->row; row < p->row + p->row_count; row++) {
        const float *gradient = p->gradient + row * columns * channels + channel;
        const ptrdiff_t y = row * stride + ky - kernel / 2;
        if (together == 1 && (size_t)y >= (size_t)p->rows) continue;
        const float *line = p->image + y * p->columns * channels + channel;
        ptrdiff_t column = 0;
#define STRIPS(n)                                                                                            \
    for (; column + n <= columns; column += n) {                                                             \
        UNROLLED for (int t = 0; t < together; t++) {                                                        \
            if (together > 1 && (size_t)(y + t) >= (size_t)p->rows) continue;                                \
            depthwise_gradient_strip(                                                                        \
                gradient, line + t * p->columns * channels, column, p->columns, channels, sums[t], kernel,   \
                stride, n);                                                                                  \
        }                                                                                                    \
    }
        if (together == 1 || STRIP > 8) {
            STRIPS(STRIP)
        }
        STRIPS(4)
        STRIPS(1)
#undef STRIPS
    }
    UNROLLED for (int t = 0; t < together; t++) {
        UNROLLED for (int kx = 0; kx < kernel; kx++) store(taps + (t * kernel + kx) * channels, sums[t][kx]);
    }
}

/// The sums for one channel: for channels that no whole vector covers.
INLINE void depthwise_gradient_value(
    const ckernels_depthwise_gradient *p, ptrdiff_t channel, const int kernel, const int stride) {
    const ptrdiff_t columns = (p->columns - 1) / stride + 1;
    for (int tap = 0; tap < kernel * kernel; tap++) {
        float sum = p->weights[tap * p->channels + channel];
        for (ptrdiff_t row = p->row; row < p->row + p->row_count; row++) {
            for (ptrdiff_t column = 0; column < columns; column++) {
                const ptrdiff_t y = row * stride + tap / kernel - kernel / 2;
                const ptrdiff_t x = column * stride + tap % kernel - kernel / 2;
                if (y < 0 || y >= p->rows || x < 0 || x >= p->columns) continue;
                sum += p->gradient[(row * columns + column) * p->channels + channel] *
                       p->image[(y * p->columns + x) * p->channels + channel];
            }
        }
        p->weights[tap * p->channels + channel] = sum;
    }
}

INLINE void depthwise_gradient_channels(const ckernels_depthwise_gradient *p, const int kernel, const int stride) {
    const ptrdiff_t covered = p->channels / LANES * LANES;
    const int together = kernel == 7 ? 1 : kernel == 5 ? 2 : 3;
    for (ptrdiff_t channel = 0; channel < covered; channel += LANES) {
        int ky = 0;
        for (; ky + together <= kernel; ky += together) {
            depthwise_gradient_taps(p, channel, ky, kernel, stride, together);
        }
        if (kernel % together) depthwise_gradient_taps(p, channel, ky, kernel, stride, 1);
    }
    for (ptrdiff_t channel = covered; channel < p->channels; channel++) {
        depthwise_gradient_value(p, channel, kernel, stride);
    }
}

#define SHAPE(kernel, stride)                                                                      \
    static __attribute__((noinline)) void depthwise_gradient_##kernel##_##stride(const ckernels_depthwise_gradient *p) {     \
        depthwise_gradient_channels(p, kernel, stride);                                            \
    }
DEPTHWISE_SHAPES(SHAPE)
#undef SHAPE

static void depthwise_gradient(const ckernels_depthwise_gradient *p) {
#define SHAPE(k, s) \
    if (p->kernel == k && p->stride == s) depthwise_gradient_##k##_##s(p); else
    DEPTHWISE_SHAPES(SHAPE) __builtin_trap();
#undef SHAPE
}
