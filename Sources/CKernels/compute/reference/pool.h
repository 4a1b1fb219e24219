// The largest value and the generalised mean over rows.
static void maxima(const ckernels_maxima *p) {
    for (ptrdiff_t c = 0; c < p->channels; c++) {
        for (ptrdiff_t r = 0; r < p->row_count; r++) {
            const float value = p->rows[r * p->row_stride + c];
            if (!(value > p->largest[c]) && !isnan(value)) continue;
            p->largest[c] = value;
            if (p->places) p->places[c] = p->first_place + (int)r;
        }
    }
}

static void powers(const ckernels_powers *p) {
    for (ptrdiff_t c = 0; c < p->channels; c++) {
        for (ptrdiff_t r = 0; r < p->row_count; r++) {
            const float value = p->rows[r * p->row_stride + c];
            const double x = value < p->epsilon ? p->epsilon : value, power = pow(x, p->exponent);
            p->sums[c] += power;
            if (p->logarithms) p->logarithms[c] += power * log(x);
        }
    }
}

static void powers_gradient(const ckernels_powers_gradient *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const float value = p->rows[r * p->row_stride + c];
            const double slope = p->factor[c] * pow((double)value * p->scale[c], p->exponent);
            p->out[r * p->out_stride + c] = value < p->epsilon ? 0 : (float)slope;
        }
    }
}
