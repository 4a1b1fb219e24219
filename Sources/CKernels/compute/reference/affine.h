// A scale and a shift for each channel with an activation, batch norm, and their gradients.
static void affine(const ckernels_row_affine *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const double scale = p->scale ? p->scale[c] : 1, shift = p->shift ? p->shift[c] : 0;
            const double value = activated(p->rows[r * p->row_stride + c] * scale + shift, p->activation);
            const double residual = p->residual ? p->residual[r * p->residual_stride + c] : 0;
            p->out[r * p->out_stride + c] = (float)(value + residual);
        }
    }
}

static void affine_gradient(const ckernels_row_affine_gradient *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const double scale = p->scale ? p->scale[c] : 1, shift = p->shift ? p->shift[c] : 0;
            const double slope = activation_slope(p->rows[r * p->row_stride + c] * scale + shift, p->activation);
            p->out[r * p->out_stride + c] = (float)(p->gradient[r * p->gradient_stride + c] * slope);
        }
    }
}

static void moments(const ckernels_moments *p) {
    for (ptrdiff_t c = 0; c < p->channels; c++) {
        for (ptrdiff_t r = 0; r < p->row_count; r++) {
            const double deviation = (double)p->rows[r * p->row_stride + c] - (p->center ? p->center[c] : 0);
            const double factor = p->factors ? p->factors[r * p->factor_stride + c] : deviation;
            p->sums[c] += factor;
            p->products[c] += factor * deviation;
        }
    }
}

static void batch_norm_gradient(const ckernels_batch_norm_gradient *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const double normal = ((double)p->rows[r * p->row_stride + c] - p->mean[c]) * p->inverse[c];
            float *gradient = p->gradient + r * p->gradient_stride + c;
            *gradient = (float)(((double)*gradient - p->mean_gradient[c] - normal * p->mean_product[c]) * p->factor[c]);
        }
    }
}
