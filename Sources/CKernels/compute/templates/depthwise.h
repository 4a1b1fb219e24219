// Depthwise convolutions: a strip of outputs along the row stays in registers for one vector of channels, so that an input
// is loaded once for all outputs of the strip that it contributes to. Each output is summed in the order of the taps.
//
// `kernel`, `stride`, `width` and `inside` are constants wherever these functions are called; `lines` are the image's rows
// under a row of the kernel each, NULL outside the image.

/// The kernels and strides there are functions for.
#define DEPTHWISE_SHAPES(SHAPE) SHAPE(7, 1) SHAPE(5, 1) SHAPE(5, 2) SHAPE(3, 1) SHAPE(3, 2)

/// `width` outputs from `column` on, of LANES channels; `inside` where no input of theirs lies beyond the row's ends.
INLINE void depthwise_strip(
    const ckernels_depthwise *p, const float *const lines[7], ptrdiff_t column, ptrdiff_t channel, float *out,
    const int kernel, const int stride, const int width, const bool inside) {
    const ptrdiff_t channels = p->channels, first = column * stride - kernel / 2;
    vector sums[STRIP];
    UNROLLED for (int i = 0; i < width; i++) {
        sums[i] = p->bias ? load(p->bias + channel) : load(out + i * p->out_stride);
    }
    for (int ky = 0; ky < kernel; ky++) {
        if (!lines[ky]) continue;
        const float *weights = p->weights + ky * kernel * channels + channel;
        vector taps[7];
        UNROLLED for (int kx = 0; kx < kernel; kx++) taps[kx] = load(weights + kx * channels);
        const float *line = lines[ky] + first * channels + channel;
        UNROLLED for (int i = 0; i < (width - 1) * stride + kernel; i++) {
            const float *input = line;
            line += channels;
            // Kept as an addition: a multiplication and a spilled register for each input's address would take longer.
            __asm__("" : "+r"(line));
            if (!inside && (size_t)(first + i) >= (size_t)p->columns) continue;
            const vector value = load(input);
            UNROLLED for (int kx = kernel - 1; kx >= 0; kx--) {
                const int place = i - kx;
                if (place >= 0 && place % stride == 0 && place / stride < width) sums[place / stride] += value * taps[kx];
            }
        }
    }
    UNROLLED for (int i = 0; i < width; i++) store(out + i * p->out_stride, sums[i]);
}

/// One channel of one output: for channels that no whole vector covers.
INLINE void depthwise_value(
    const ckernels_depthwise *p, const float *const lines[7], ptrdiff_t column, ptrdiff_t channel, float *out,
    const int kernel, const int stride) {
    float sum = p->bias ? p->bias[channel] : *out;
    for (int ky = 0; ky < kernel; ky++) {
        for (int kx = 0; kx < kernel; kx++) {
            const ptrdiff_t x = column * stride + kx - kernel / 2;
            if (!lines[ky] || x < 0 || x >= p->columns) continue;
            sum += lines[ky][x * p->channels + channel] * p->weights[(ky * kernel + kx) * p->channels + channel];
        }
    }
    *out = sum;
}

/// The activation of `width` outputs that lie in `out`, of `count` channels (a constant for whole vectors), and their sums.
INLINE void depthwise_finish(
    const ckernels_depthwise *p, ptrdiff_t channel, float *out, ptrdiff_t width, const ptrdiff_t count) {
    vector sums = p->sums ? load_first(p->sums + channel, count) : 0;
    const bool activates = p->activation == ckernels_activation_silu;
    for (ptrdiff_t i = 0; i < width; i++, out += p->out_stride) {
        vector value = load_first(out, count);
        if (activates) {
            value = silu(value);
            store_first(out, value, count);
        }
        sums += value;
    }
    if (p->sums) store_first(p->sums + channel, sums, count);
}

static __attribute__((noinline)) void depthwise_finish_vector(
    const ckernels_depthwise *p, ptrdiff_t channel, float *out, ptrdiff_t width) {
    depthwise_finish(p, channel, out, width, LANES);
}

static __attribute__((noinline)) void depthwise_finish_last(
    const ckernels_depthwise *p, ptrdiff_t channel, float *out, ptrdiff_t width) {
    depthwise_finish(p, channel, out, width, p->channels - channel);
}

INLINE void depthwise_row(const ckernels_depthwise *p, const int kernel, const int stride) {
    const ptrdiff_t covered = p->channels / LANES * LANES;
    const bool finishes = p->sums || p->activation != ckernels_activation_none;
    const ptrdiff_t held = p->held_rows > 0 ? p->held_rows : p->rows;
    const float *lines[7];
    for (int ky = 0; ky < kernel; ky++) {
        const ptrdiff_t y = p->row * stride + ky - kernel / 2;
        lines[ky] = y < 0 || y >= p->rows ? NULL : p->image + y % held * p->columns * p->channels;
    }
    for (ptrdiff_t done = 0, width; done < p->count; done += width) {
        const ptrdiff_t left = p->count - done, column = p->first_column + done;
        width = left >= STRIP ? STRIP : left >= 4 ? 4 : 1;
        const bool inside = kernel < 7 && column * stride >= kernel / 2 &&
                            (column + width - 1) * stride + kernel / 2 < p->columns;
        float *out = p->out + done * p->out_stride;
        for (ptrdiff_t channel = 0; channel < covered; channel += LANES) {
#define STRIPS(n)                                                                              \
    if (inside) depthwise_strip(p, lines, column, channel, out + channel, kernel, stride, n, true);   \
    else depthwise_strip(p, lines, column, channel, out + channel, kernel, stride, n, false);
            if (width == STRIP) {
                STRIPS(STRIP)
            } else if (width == 4) {
                STRIPS(4)
            } else {
                STRIPS(1)
            }
#undef STRIPS
            if (finishes) depthwise_finish_vector(p, channel, out + channel, width);
        }
        if (covered == p->channels) continue;
        for (ptrdiff_t i = 0; i < width; i++) {
            for (ptrdiff_t channel = covered; channel < p->channels; channel++) {
                depthwise_value(p, lines, column + i, channel, out + i * p->out_stride + channel, kernel, stride);
            }
        }
        if (finishes) depthwise_finish_last(p, covered, out + covered, width);
    }
}

#define SHAPE(kernel, stride) \
    static __attribute__((noinline)) void depthwise_##kernel##_##stride(const ckernels_depthwise *p) { depthwise_row(p, kernel, stride); }
DEPTHWISE_SHAPES(SHAPE)
#undef SHAPE

static void depthwise(const ckernels_depthwise *p) {
#define SHAPE(k, s) \
    if (p->kernel == k && p->stride == s) depthwise_##k##_##s(p); else
    DEPTHWISE_SHAPES(SHAPE) __builtin_trap();
#undef SHAPE
}
