// From sums over positions to gradients of weights.

static float add_scaled(const float *sums, ptrdiff_t count, float scale, const float *weights, float *out) {
    const ptrdiff_t covered = count / LANES * LANES;
    vector products = 0;
    for (ptrdiff_t i = 0; i < covered; i += LANES) {
        const vector sum = load(sums + i);
        store(out + i, load(out + i) + scale * sum);
        products += load(weights + i) * sum;
    }
    float product = lanes_sum(products);
    for (ptrdiff_t i = covered; i < count; i++) out[i] += scale * sums[i], product += weights[i] * sums[i];
    return product;
}

static void add_normalised(const ckernels_normalised_sums *p) {
    enum { rows_ahead = 2 };
    const ptrdiff_t channels = p->channels, covered = channels / LANES * LANES;
    const float *gamma = p->gamma, *beta = p->beta;
    float *gamma_out = p->gamma_out, *beta_out = p->beta_out;
    for (ptrdiff_t row = 0; row < p->row_count; row++) {
        const float *sums = p->sums + row * p->stride, *weights = p->weights + row * p->stride;
        float *out = p->out + row * p->stride;
        const float total = p->totals[row * p->total_stride];
        // Some columns of long rows: the processor's own prefetching ends with each row.
        const ptrdiff_t ahead = row + rows_ahead < p->row_count ? rows_ahead * p->stride : 0;
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            __builtin_prefetch(sums + ahead + c);
            __builtin_prefetch(weights + ahead + c);
            __builtin_prefetch(out + ahead + c, 1);
            const vector sum = load(sums + c), weight = load(weights + c);
            store(out + c, load(out + c) + (load(gamma + c) * sum + load(beta + c) * total));
            store(gamma_out + c, load(gamma_out + c) + weight * sum);
            store(beta_out + c, load(beta_out + c) + weight * total);
        }
        for (ptrdiff_t c = covered; c < channels; c++) {
            out[c] += gamma[c] * sums[c] + beta[c] * total;
            gamma_out[c] += weights[c] * sums[c];
            beta_out[c] += weights[c] * total;
        }
    }
}
