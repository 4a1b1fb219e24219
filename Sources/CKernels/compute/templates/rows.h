// What goes row by row: normalisation over the channels, and sums of rows.

static void layer_norm(const ckernels_layer_norm *p) {
    const ptrdiff_t covered = p->channels / LANES * LANES;
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *row = p->rows + r * p->row_stride;
        float *out = p->out + r * p->out_stride;
        vector sums = 0;
        for (ptrdiff_t c = 0; c < covered; c += LANES) sums += load(row + c);
        float sum = lanes_sum(sums);
        for (ptrdiff_t c = covered; c < p->channels; c++) sum += row[c];
        const float mean = sum / (float)p->channels;
        // The deviations' own squares, a second time over the row: no difference of large numbers.
        vector squares = 0;
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            const vector deviation = load(row + c) - mean;
            squares += deviation * deviation;
        }
        float square = lanes_sum(squares);
        for (ptrdiff_t c = covered; c < p->channels; c++) square += (row[c] - mean) * (row[c] - mean);
        const float inverse = 1 / sqrtf(square / (float)p->channels + p->epsilon);
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            store(out + c, (load(row + c) - mean) * inverse * load(p->gamma + c) + load(p->beta + c));
        }
        for (ptrdiff_t c = covered; c < p->channels; c++) {
            out[c] = (row[c] - mean) * inverse * p->gamma[c] + p->beta[c];
        }
    }
}

static void add_rows(const float *rows, ptrdiff_t row_count, ptrdiff_t channels, float *sums) {
    for (ptrdiff_t r = 0; r < row_count; r++) {
        for (ptrdiff_t c = 0; c < channels; c++) sums[c] += rows[r * channels + c];
    }
}
