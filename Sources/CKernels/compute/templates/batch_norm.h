// Batch norm in training: a batch's statistics by channel, in double precision, and the gradient of the normalisation.

typedef double doubles __attribute__((ext_vector_type(LANES), aligned(8), may_alias));

/// A macro: returned by a function, the type would be outside the ABI of the narrower instruction sets.
#define WIDENED(values, count) __builtin_convertvector(load_first(values, count), doubles)

/// Some rows' `count` channels from `c` on, at most LANES: a constant for whole vectors.
INLINE void moments_channels(
    const ckernels_moments *p, ptrdiff_t start, ptrdiff_t end, ptrdiff_t c, double *sums, double *products,
    const ptrdiff_t count) {
    const doubles center = p->center ? WIDENED(p->center + c, count) : 0;
    doubles sum = *(const doubles *)sums, product = *(const doubles *)products;
    for (ptrdiff_t r = start; r < end; r++) {
        const doubles deviation = WIDENED(p->rows + r * p->row_stride + c, count) - center;
        const doubles factor = p->factors ? WIDENED(p->factors + r * p->factor_stride + c, count) : deviation;
        sum += factor, product += factor * deviation;
    }
    *(doubles *)sums = sum, *(doubles *)products = product;
}

static void moments(const ckernels_moments *p) {
    // Few enough rows to stay in the first level cache for all channels.
    enum { block = 16 };
    const ptrdiff_t covered = p->channels / LANES * LANES, left = p->channels - covered;
    double sums[LANES] = {0}, products[LANES] = {0};
    memcpy(sums, p->sums + covered, left * sizeof *sums), memcpy(products, p->products + covered, left * sizeof *products);
    for (ptrdiff_t start = 0; start < p->row_count; start += block) {
        const ptrdiff_t end = p->row_count - start < block ? p->row_count : start + block;
        for (ptrdiff_t c = 0; c < covered; c += LANES) {
            moments_channels(p, start, end, c, p->sums + c, p->products + c, LANES);
        }
        if (left > 0) moments_channels(p, start, end, covered, sums, products, left);
    }
    memcpy(p->sums + covered, sums, left * sizeof *sums), memcpy(p->products + covered, products, left * sizeof *products);
}

#undef WIDENED

/// `count` of a row's channels from `c` on, at most LANES: a constant for whole vectors.
INLINE void batch_norm_gradient_channels(
    const ckernels_batch_norm_gradient *p, ptrdiff_t r, ptrdiff_t c, const ptrdiff_t count) {
    float *gradient = p->gradient + r * p->gradient_stride + c;
    const vector value = load_first(p->rows + r * p->row_stride + c, count);
    const vector normal = (value - load_first(p->mean + c, count)) * load_first(p->inverse + c, count);
    const vector centered = load_first(gradient, count) - load_first(p->mean_gradient + c, count);
    const vector rest = centered - normal * load_first(p->mean_product + c, count);
    store_first(gradient, rest * load_first(p->factor + c, count), count);
}

static void batch_norm_gradient(const ckernels_batch_norm_gradient *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        ptrdiff_t c = 0;
        for (; c + LANES <= p->channels; c += LANES) batch_norm_gradient_channels(p, r, c, LANES);
        if (c < p->channels) batch_norm_gradient_channels(p, r, c, p->channels - c);
    }
}
