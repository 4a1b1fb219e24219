// The largest value and the generalised mean of each channel over rows, and the latter's gradient.
//
// x^p for x > 0 is 2^(p log2 x). With x = 2^e m, m from √½ to √2, log2 m is an odd series of (m - 1) / (m + 1), and e times the
// leading 12 bits of p is exact: what is rounded is of the size of p log2 m, so that for p up to 3 the power is within 3e-7 of its
// value.

typedef int signed_integers __attribute__((ext_vector_type(LANES)));

static void maxima(const ckernels_maxima *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *row = p->rows + r * p->row_stride;
        const int place = p->first_place + (int)r;
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const bool is_larger = row[c] > p->largest[c] || row[c] != row[c];
            p->largest[c] = is_larger ? row[c] : p->largest[c];
            if (p->places) p->places[c] = is_larger ? place : p->places[c];
        }
    }
}

/// An exponent, its leading bits and the rest.
typedef struct {
    float whole;
    float leading;
    float rest;
} power_exponent;

INLINE power_exponent exponent_parts(float exponent) {
    unsigned bits;
    memcpy(&bits, &exponent, sizeof bits);
    bits &= ~0xFFFu;
    power_exponent parts = {.whole = exponent};
    memcpy(&parts.leading, &bits, sizeof bits);
    parts.rest = exponent - parts.leading;
    return parts;
}

/// log2 x for normal x > 0, in two parts: an integer and a number from -1/2 to 1/2.
typedef struct {
    vector integer;
    vector rest;
} binary_logarithm;

INLINE binary_logarithm logarithm(vector x) {
    const int half_root = 0x3F3504F3;
    const signed_integers bits = (signed_integers)x, exponent = (bits - half_root) >> 23;
    const vector m = (vector)((integers)bits - ((integers)exponent << 23));
    const vector s = (m - 1) / (m + 1), square = s * s;
    vector sum = 0.320598898f;
    sum = sum * square + 0.412198583f;
    sum = sum * square + 0.577078016f;
    sum = sum * square + 0.961796694f;
    sum = sum * square + 2.88539008f;
    return (binary_logarithm){__builtin_convertvector(exponent, vector), sum * s};
}

/// x^p from log2 x, held within 2^±126.
INLINE vector power(binary_logarithm x, power_exponent p) {
    const float edge = 126, rounding = 0x1.8p23f + 127;
    const vector exact = x.integer * p.leading, rest = x.integer * p.rest + x.rest * p.whole;
    const vector sum = exact + rest;
    const vector above = sum > edge ? (vector)edge : sum, held = above < -edge ? (vector)-edge : above;
    const vector shifted = held + rounding, n = shifted - rounding;
    const vector r = (sum == held ? (exact - n) + rest : held - n) * 0.693147181f;
    vector polynomial = 0.0013814465f;
    polynomial = polynomial * r + 0.008368781f;
    polynomial = polynomial * r + 0.04166839f;
    polynomial = polynomial * r + 0.1666652f;
    polynomial = polynomial * r + 0.49999994f;
    return (polynomial * (r * r) + r + 1) * (vector)((integers)shifted << 23);
}

/// Not less than epsilon; NaN remains NaN.
INLINE vector at_least(vector x, float epsilon) { return x < epsilon ? (vector)epsilon : x; }

typedef double wide __attribute__((ext_vector_type(LANES), aligned(8), may_alias));

/// `count` of a row's channels from `c` on, at most LANES: a constant for whole vectors.
INLINE void powers_channels(
    const ckernels_powers *p, power_exponent exponent, ptrdiff_t start, ptrdiff_t end, ptrdiff_t c, const ptrdiff_t count) {
    double sums[LANES] = {0}, logarithms[LANES] = {0};
    memcpy(sums, p->sums + c, (size_t)count * sizeof(double));
    if (p->logarithms) memcpy(logarithms, p->logarithms + c, (size_t)count * sizeof(double));
    for (ptrdiff_t r = start; r < end; r++) {
        const vector x = at_least(load_first(p->rows + r * p->row_stride + c, count), p->epsilon);
        const binary_logarithm log = logarithm(x);
        // What is added is 0, or NaN where x is not finite.
        const vector value = power(log, exponent) + (x - x);
        *(wide *)sums += __builtin_convertvector(value, wide);
        if (p->logarithms) {
            const vector weighted = value * ((log.integer + log.rest) * 0.693147181f);
            *(wide *)logarithms += __builtin_convertvector(weighted, wide);
        }
    }
    memcpy(p->sums + c, sums, (size_t)count * sizeof(double));
    if (p->logarithms) memcpy(p->logarithms + c, logarithms, (size_t)count * sizeof(double));
}

static void powers(const ckernels_powers *p) {
    // Few enough rows to stay in the first level cache for all channels.
    enum { block = 16 };
    const power_exponent exponent = exponent_parts(p->exponent);
    for (ptrdiff_t start = 0; start < p->row_count; start += block) {
        const ptrdiff_t end = p->row_count - start < block ? p->row_count : start + block;
        ptrdiff_t c = 0;
        for (; c + LANES <= p->channels; c += LANES) powers_channels(p, exponent, start, end, c, LANES);
        if (c < p->channels) powers_channels(p, exponent, start, end, c, p->channels - c);
    }
}

INLINE void powers_gradient_channels(
    const ckernels_powers_gradient *p, power_exponent exponent, ptrdiff_t r, ptrdiff_t c, const ptrdiff_t count) {
    const vector x = load_first(p->rows + r * p->row_stride + c, count);
    const vector share = at_least(x, p->epsilon) * load_first(p->scale + c, count);
    const vector slope = load_first(p->factor + c, count) * power(logarithm(share), exponent) + (x - x);
    store_first(p->out + r * p->out_stride + c, x < p->epsilon ? (vector)0 : slope, count);
}

static void powers_gradient(const ckernels_powers_gradient *p) {
    const power_exponent exponent = exponent_parts(p->exponent);
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        ptrdiff_t c = 0;
        for (; c + LANES <= p->channels; c += LANES) powers_gradient_channels(p, exponent, r, c, LANES);
        if (c < p->channels) powers_gradient_channels(p, exponent, r, c, p->channels - c);
    }
}
