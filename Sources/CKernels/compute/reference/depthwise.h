// Depthwise convolutions and their gradients.
static void depthwise(const ckernels_depthwise *p) {
    const ptrdiff_t kernel = p->kernel, padding = (kernel - 1) / 2, held = p->held_rows > 0 ? p->held_rows : p->rows;
    for (ptrdiff_t i = 0; i < p->count; i++) {
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            double sum = p->bias ? p->bias[c] : p->out[i * p->out_stride + c];
            for (ptrdiff_t tap = 0; tap < kernel * kernel; tap++) {
                const ptrdiff_t y = p->row * p->stride + tap / kernel - padding;
                const ptrdiff_t x = (p->first_column + i) * p->stride + tap % kernel - padding;
                if (y < 0 || y >= p->rows || x < 0 || x >= p->columns) continue;
                sum += (double)p->image[(y % held * p->columns + x) * p->channels + c] * p->weights[tap * p->channels + c];
            }
            p->out[i * p->out_stride + c] = (float)activated(sum, p->activation);
        }
    }
    for (ptrdiff_t c = 0; p->sums && c < p->channels; c++) {
        double total = p->sums[c];
        for (ptrdiff_t i = 0; i < p->count; i++) total += p->out[i * p->out_stride + c];
        p->sums[c] = (float)total;
    }
}

static void depthwise_gradient(const ckernels_depthwise_gradient *p) {
    const ptrdiff_t kernel = p->kernel, padding = (kernel - 1) / 2, columns = (p->columns - 1) / p->stride + 1;
    for (ptrdiff_t index = 0; index < kernel * kernel * p->channels; index++) {
        const ptrdiff_t tap = index / p->channels, c = index % p->channels;
        double sum = p->weights[index];
        for (ptrdiff_t row = p->row; row < p->row + p->row_count; row++) {
            for (ptrdiff_t column = 0; column < columns; column++) {
                const ptrdiff_t y = row * p->stride + tap / kernel - padding;
                const ptrdiff_t x = column * p->stride + tap % kernel - padding;
                if (y < 0 || y >= p->rows || x < 0 || x >= p->columns) continue;
                sum += (double)p->gradient[(row * columns + column) * p->channels + c] *
                       p->image[(y * p->columns + x) * p->channels + c];
            }
        }
        p->weights[index] = (float)sum;
    }
}

static void depthwise_input_gradient(const ckernels_depthwise_input_gradient *p) {
    const ptrdiff_t kernel = p->kernel, padding = (kernel - 1) / 2;
    const ptrdiff_t rows = (p->rows + 1) / 2, columns = (p->columns + 1) / 2;
    for (ptrdiff_t i = 0; i < p->count; i++) {
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            double sum = p->begins ? 0 : p->out[i * p->out_stride + c];
            for (ptrdiff_t tap = 0; tap < kernel * kernel; tap++) {
                // Twice the output that the tap connects with this input.
                const ptrdiff_t y = p->row - tap / kernel + padding, x = p->first_column + i - tap % kernel + padding;
                if (y % 2 || x % 2 || y < 0 || y / 2 >= rows || x < 0 || x / 2 >= columns) continue;
                sum += (double)p->gradient[(y / 2 * columns + x / 2) * p->channels + c] *
                       p->weights[tap * p->channels + c];
            }
            p->out[i * p->out_stride + c] = (float)sum;
        }
    }
}
