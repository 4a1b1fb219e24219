// What goes row by row: normalisation over the channels and its gradient, and sums of rows.

/// A row's mean, and one over the root of its variance and epsilon.
typedef struct {
    float mean;
    float inverse;
} statistics;

INLINE statistics row_statistics(const float *row, ptrdiff_t channels, float epsilon) {
    const ptrdiff_t covered = channels / LANES * LANES;
    vector sums = 0;
    for (ptrdiff_t c = 0; c < covered; c += LANES) sums += load(row + c);
    float sum = lanes_sum(sums);
    for (ptrdiff_t c = covered; c < channels; c++) sum += row[c];
    const float mean = sum / (float)channels;
    // The deviations' own squares, a second time over the row: no difference of large numbers.
    vector squares = 0;
    for (ptrdiff_t c = 0; c < covered; c += LANES) {
        const vector deviation = load(row + c) - mean;
        squares += deviation * deviation;
    }
    float square = lanes_sum(squares);
    for (ptrdiff_t c = covered; c < channels; c++) square += (row[c] - mean) * (row[c] - mean);
    return (statistics){mean, 1 / sqrtf(square / (float)channels + epsilon)};
}

static void layer_norm(const ckernels_layer_norm *p) {
    const ptrdiff_t covered = p->channels / LANES * LANES;
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *row = p->rows + r * p->row_stride;
        float *out = p->out + r * p->out_stride;
        const statistics s = row_statistics(row, p->channels, p->epsilon);
        if (p->inverse) p->inverse[r] = s.inverse;
        if (!p->gamma) {
            for (ptrdiff_t c = 0; c < covered; c += LANES) store(out + c, (load(row + c) - s.mean) * s.inverse);
            for (ptrdiff_t c = covered; c < p->channels; c++) out[c] = (row[c] - s.mean) * s.inverse;
            continue;
        }
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            store(out + c, (load(row + c) - s.mean) * s.inverse * load(p->gamma + c) + load(p->beta + c));
        }
        for (ptrdiff_t c = covered; c < p->channels; c++) {
            out[c] = (row[c] - s.mean) * s.inverse * p->gamma[c] + p->beta[c];
        }
    }
}

static void layer_norm_gradient(const ckernels_layer_norm_gradient *p) {
    const ptrdiff_t covered = p->channels / LANES * LANES;
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *normal = p->normal + r * p->normal_stride;
        float *row = p->gradient + r * p->gradient_stride;
        vector sums = 0, products = 0;
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            const vector value = load(row + c);
            sums += value, products += value * load(normal + c);
        }
        float sum = lanes_sum(sums), product = lanes_sum(products);
        for (ptrdiff_t c = covered; c < p->channels; c++) sum += row[c], product += row[c] * normal[c];
        const float inverse = p->inverse[r];
        const float mean = sum / (float)p->channels, share = product / (float)p->channels;
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            store(row + c, (load(row + c) - mean - load(normal + c) * share) * inverse);
        }
        for (ptrdiff_t c = covered; c < p->channels; c++) row[c] = (row[c] - mean - normal[c] * share) * inverse;
    }
}

/// The sums of `vectors` (a constant) vectors of columns stay in registers.
INLINE void add_rows_columns(
    const float *rows, ptrdiff_t row_stride, ptrdiff_t row_count, float *sums, const int vectors) {
    vector held[4];
    UNROLLED for (int v = 0; v < vectors; v++) held[v] = load(sums + v * LANES);
    for (ptrdiff_t r = 0; r < row_count; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) held[v] += load(rows + r * row_stride + v * LANES);
    }
    UNROLLED for (int v = 0; v < vectors; v++) store(sums + v * LANES, held[v]);
}

static void add_rows(const float *rows, ptrdiff_t row_stride, ptrdiff_t row_count, ptrdiff_t channels, float *sums) {
    ptrdiff_t c = 0;
    for (; c + 4 * LANES <= channels; c += 4 * LANES) add_rows_columns(rows + c, row_stride, row_count, sums + c, 4);
    for (; c + LANES <= channels; c += LANES) add_rows_columns(rows + c, row_stride, row_count, sums + c, 1);
    for (ptrdiff_t r = 0; r < row_count; r++) {
        for (ptrdiff_t left = c; left < channels; left++) sums[left] += rows[r * row_stride + left];
    }
}

static void add_products(
    const float *one, const float *other, ptrdiff_t row_count, ptrdiff_t channels, float *sums) {
    for (ptrdiff_t r = 0; r < row_count; r++) {
        for (ptrdiff_t c = 0; c < channels; c++) sums[c] += one[r * channels + c] * other[r * channels + c];
    }
}
