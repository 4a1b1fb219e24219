// The gradient of a depthwise convolution's input where the stride is 2: each output's gradient goes back to the inputs that
// it was summed from. A strip of inputs stays in registers, so that an output's gradient is loaded once for a row of taps.
//
// `kernel`, `width` and `parity` are constants wherever these functions are called.

/// `width` inputs from `column` on, of LANES channels; `parity` is that of `column`.
INLINE void depthwise_input_gradient_strip(
    const ckernels_depthwise_input_gradient *p, ptrdiff_t column, ptrdiff_t channel, float *out, const int kernel,
    const int width, const int parity) {
    const int padding = kernel / 2, before = (kernel - 1 - padding) / 2;
    const ptrdiff_t channels = p->channels, rows = (p->rows + 1) / 2, columns = (p->columns + 1) / 2;
    const ptrdiff_t first = (column - parity) / 2 - before;
    vector sums[STRIP];
    UNROLLED for (int i = 0; i < width; i++) sums[i] = p->begins ? 0 : load(out + i * p->out_stride);
    for (int ky = (int)((p->row + padding) % 2); ky < kernel; ky += 2) {
        const ptrdiff_t y = (p->row + padding - ky) / 2;
        if (p->row + padding < ky || y >= rows) continue;
        const float *weights = p->weights + ky * kernel * channels + channel;
        vector taps[7];
        UNROLLED for (int kx = 0; kx < kernel; kx++) taps[kx] = load(weights + kx * channels);
        const float *line = p->gradient + (y * columns + first) * channels + channel;
        UNROLLED for (int j = 0; j <= before + (parity + width - 1 + padding) / 2; j++) {
            if ((size_t)(first + j) >= (size_t)columns) continue;
            const vector value = load(line + j * channels);
            UNROLLED for (int kx = 0; kx < kernel; kx++) {
                const int place = 2 * (j - before) + kx - padding - parity;
                if (place >= 0 && place < width) sums[place] += value * taps[kx];
            }
        }
    }
    UNROLLED for (int i = 0; i < width; i++) store(out + i * p->out_stride, sums[i]);
}

/// One channel of one input: for channels that no whole vector covers.
INLINE void depthwise_input_gradient_value(
    const ckernels_depthwise_input_gradient *p, ptrdiff_t column, ptrdiff_t channel, float *out, const int kernel) {
    const ptrdiff_t rows = (p->rows + 1) / 2, columns = (p->columns + 1) / 2;
    const ptrdiff_t row_sum = p->row + kernel / 2, column_sum = column + kernel / 2;
    float sum = p->begins ? 0 : *out;
    for (ptrdiff_t ky = row_sum % 2; ky < kernel && ky <= row_sum; ky += 2) {
        const ptrdiff_t y = (row_sum - ky) / 2;
        if (y >= rows) continue;
        // From the first output to the last, as in the strip.
        for (ptrdiff_t kx = kernel - 1 - column_sum % 2; kx >= 0; kx -= 2) {
            const ptrdiff_t x = (column_sum - kx) / 2;
            if (column_sum < kx || x >= columns) continue;
            sum += p->gradient[(y * columns + x) * p->channels + channel] *
                   p->weights[(ky * kernel + kx) * p->channels + channel];
        }
    }
    *out = sum;
}

INLINE void depthwise_input_gradient_row(const ckernels_depthwise_input_gradient *p, const int kernel) {
    const ptrdiff_t covered = p->channels / LANES * LANES;
    for (ptrdiff_t done = 0, width; done < p->count; done += width) {
        const ptrdiff_t left = p->count - done, column = p->first_column + done;
        const bool odd = column % 2;
        // Whole strips begin at even columns: STRIP is even.
        width = odd ? 1 : left >= STRIP ? STRIP : left >= 4 ? 4 : 1;
        float *out = p->out + done * p->out_stride;
        for (ptrdiff_t channel = 0; channel < covered; channel += LANES) {
            if (odd) depthwise_input_gradient_strip(p, column, channel, out + channel, kernel, 1, 1);
            else if (width == STRIP) depthwise_input_gradient_strip(p, column, channel, out + channel, kernel, STRIP, 0);
            else if (width == 4) depthwise_input_gradient_strip(p, column, channel, out + channel, kernel, 4, 0);
            else depthwise_input_gradient_strip(p, column, channel, out + channel, kernel, 1, 0);
        }
        for (ptrdiff_t i = 0; i < width; i++) {
            for (ptrdiff_t channel = covered; channel < p->channels; channel++) {
                depthwise_input_gradient_value(p, column + i, channel, out + i * p->out_stride + channel, kernel);
            }
        }
    }
}

static void depthwise_input_gradient(const ckernels_depthwise_input_gradient *p) {
    if (p->kernel == 3) depthwise_input_gradient_row(p, 3);
    else if (p->kernel == 5) depthwise_input_gradient_row(p, 5);
    else __builtin_trap();
}
