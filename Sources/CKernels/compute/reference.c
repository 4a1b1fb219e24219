// Each kernel written as its definition, one value after another in double precision. Panels have one column.
#include "cfloatkernels.h"

#include <math.h>

#include "reference/activation.h"

#include "reference/statistics.h"

#include "reference/depthwise.h"

#include "reference/affine.h"

#include "reference/pool.h"

#include "reference/winograd.h"

static void product(const ckernels_product *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        for (ptrdiff_t c = 0; c < p->columns; c++) {
            float *out = p->out + r * p->out_stride + c;
            const double residual = p->residual ? p->residual[r * p->residual_stride + c] : 0;
            double kept = 0;
            double sum = p->bias ? p->bias[c] : *out;
            for (ptrdiff_t run = 0; run == 0 || run < p->runs; run++) {
                const float *values = p->rows + r * p->row_stride + run * p->run_stride;
                const float *weights = p->panels + c * p->panel_stride + run * p->depth;
                for (ptrdiff_t k = 0; k < p->depth; k++) sum += (double)values[k] * weights[k];
            }
            switch (p->finish) {
                case ckernels_store: break;
                case ckernels_gelu: kept = sum, sum = gelu(sum); break;
                case ckernels_add_residual: sum = residual + p->scale[c] * sum; break;
                case ckernels_gelu_slope: sum *= gelu_slope(residual), kept = gelu(residual); break;
                case ckernels_silu: kept = sum, sum = silu(sum); break;
                case ckernels_silu_slope: sum *= silu_slope(residual), kept = silu(residual); break;
            }
            if (p->kept) p->kept[c * p->kept_panel_stride + r * p->kept_stride] = (float)kept;
            *out = (float)sum;
        }
    }
}

static void outer(const ckernels_outer *p) {
    for (ptrdiff_t r = 0; r < p->rows; r++) {
        for (ptrdiff_t c = 0; c < p->columns; c++) {
            double sum = p->begins ? 0 : p->out[r * p->out_stride + c];
            for (ptrdiff_t k = 0; k < p->depth; k++) {
                sum += (double)p->left[k * p->left_stride + r] * p->panel[k * ckernels_float_reference.panel_columns + c];
            }
            p->out[r * p->out_stride + c] = (float)sum;
        }
    }
}

static void layer_norm(const ckernels_layer_norm *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *row = p->rows + r * p->row_stride;
        const row_statistics s = statistics_of(row, p->channels);
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const double normal = (row[c] - s.mean) / sqrt(s.variance + p->epsilon);
            p->out[r * p->out_stride + c] = (float)(p->gamma ? normal * p->gamma[c] + p->beta[c] : normal);
        }
        if (p->inverse) p->inverse[r] = (float)(1 / sqrt(s.variance + p->epsilon));
    }
}

static void layer_norm_gradient(const ckernels_layer_norm_gradient *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *normal = p->normal + r * p->normal_stride;
        float *row = p->gradient + r * p->gradient_stride;
        double mean = 0, share = 0;
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            mean += row[c] / (double)p->channels;
            share += (double)row[c] * normal[c] / (double)p->channels;
        }
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            row[c] = (float)((row[c] - mean - normal[c] * share) * p->inverse[r]);
        }
    }
}

static void add_rows(const float *rows, ptrdiff_t row_stride, ptrdiff_t row_count, ptrdiff_t channels, float *sums) {
    for (ptrdiff_t c = 0; c < channels; c++) {
        double sum = sums[c];
        for (ptrdiff_t r = 0; r < row_count; r++) sum += rows[r * row_stride + c];
        sums[c] = (float)sum;
    }
}

static void add_products(
    const float *one, const float *other, ptrdiff_t row_count, ptrdiff_t channels, float *sums) {
    for (ptrdiff_t c = 0; c < channels; c++) {
        double sum = sums[c];
        for (ptrdiff_t r = 0; r < row_count; r++) sum += (double)one[r * channels + c] * other[r * channels + c];
        sums[c] = (float)sum;
    }
}

static void pack_columns(const ckernels_packing *p) {
    for (ptrdiff_t i = 0; i < p->inputs; i++) {
        p->panel[i] = p->scale ? p->weights[i] * p->scale[i] : p->weights[i];
        if (p->shift) p->bias[0] += p->weights[i] * p->shift[i];
    }
}

static void pack_rows(const ckernels_packing *p) {
    for (ptrdiff_t row = 0; row < p->inputs; row++) {
        const double scale = p->scale ? p->scale[0] : p->row_scale ? (double)p->row_scale[row] * p->factor : 1;
        p->panel[row] = (float)(p->weights[row * p->row_stride] * scale);
    }
}

static float add_scaled(const float *sums, ptrdiff_t count, float scale, const float *weights, float *out) {
    double product = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        out[i] = (float)(out[i] + (double)scale * sums[i]);
        product += (double)weights[i] * sums[i];
    }
    return (float)product;
}

static void add_normalised(const ckernels_normalised_sums *p) {
    for (ptrdiff_t c = 0; c < p->channels; c++) {
        double gamma = p->gamma_out[c], beta = p->beta_out[c];
        for (ptrdiff_t row = 0; row < p->row_count; row++) {
            const ptrdiff_t place = row * p->stride + c;
            const double total = p->totals[row * p->total_stride];
            p->out[place] = (float)(p->out[place] + (double)p->gamma[c] * p->sums[place] + p->beta[c] * total);
            gamma += (double)p->weights[place] * p->sums[place];
            beta += p->weights[place] * total;
        }
        p->gamma_out[c] = (float)gamma;
        p->beta_out[c] = (float)beta;
    }
}

static void adamw(const ckernels_adamw *p) {
    for (ptrdiff_t i = 0; i < p->count; i++) {
        const double g = (double)p->gradient[i] * p->gradient_scale;
        const double m = p->mean[i] + p->new_mean * (g - p->mean[i]);
        const double v = (double)p->square[i] * p->old_square + p->new_square * g * g;
        p->mean[i] = (float)m;
        p->square[i] = (float)v;
        const double moved = p->step_size * (m / (sqrt(v) / p->correction_root + p->epsilon));
        p->parameter[i] = (float)((double)p->parameter[i] * p->decay - moved);
    }
}

static void sgd(const ckernels_sgd *p) {
    for (ptrdiff_t i = 0; i < p->count; i++) {
        const double g = (double)p->gradient[i] * p->gradient_scale + (double)p->decay * p->parameter[i];
        const double v = (double)p->momentum * p->velocity[i] + g;
        p->velocity[i] = (float)v;
        p->parameter[i] = (float)(p->parameter[i] - p->rate * (p->nesterov ? g + p->momentum * v : v));
    }
}

const ckernels_float_kernels ckernels_float_reference = {
    .name = "reference",
    .panel_columns = 1,
    .tile_rows = 1,
    .product = product,
    .outer = outer,
    .winograd_input = winograd_input,
    .winograd_output = winograd_output,
    .depthwise = depthwise,
    .depthwise_gradient = depthwise_gradient,
    .depthwise_input_gradient = depthwise_input_gradient,
    .layer_norm = layer_norm,
    .layer_norm_gradient = layer_norm_gradient,
    .affine = affine,
    .affine_gradient = affine_gradient,
    .moments = moments,
    .batch_norm_gradient = batch_norm_gradient,
    .maxima = maxima,
    .powers = powers,
    .powers_gradient = powers_gradient,
    .add_rows = add_rows,
    .add_products = add_products,
    .pack_columns = pack_columns,
    .pack_rows = pack_rows,
    .add_scaled = add_scaled,
    .add_normalised = add_normalised,
    .adamw = adamw,
    .sgd = sgd,
};
