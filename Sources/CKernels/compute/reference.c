// Each kernel as its definition reads, one value after another in double precision. Panels have one column.
#include "cfloatkernels.h"

#include <math.h>

static double gelu(double x) { return 0.5 * x * (1 + erf(x / sqrt(2))); }

static void product(const ckernels_product *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        for (ptrdiff_t c = 0; c < p->columns; c++) {
            float *out = p->out + r * p->out_stride + c;
            double sum = p->bias ? p->bias[c] : *out;
            for (ptrdiff_t k = 0; k < p->depth; k++) {
                sum += (double)p->rows[r * p->row_stride + k] * p->panels[c * p->panel_stride + k];
            }
            switch (p->finish) {
                case ckernels_store: break;
                case ckernels_gelu: sum = gelu(sum); break;
                case ckernels_add_residual:
                    sum = p->residual[r * p->residual_stride + c] + p->scale[c] * sum;
                    break;
            }
            *out = (float)sum;
        }
    }
}

static void depthwise(const ckernels_depthwise *p) {
    for (ptrdiff_t i = 0; i < p->count; i++) {
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            double sum = p->bias[c];
            for (ptrdiff_t tap = 0; tap < 49; tap++) {
                const ptrdiff_t y = p->row + tap / 7 - 3, x = p->first_column + i + tap % 7 - 3;
                if (y < 0 || y >= p->rows || x < 0 || x >= p->columns) continue;
                sum += (double)p->image[(y * p->columns + x) * p->channels + c] * p->weights[tap * p->channels + c];
            }
            p->out[i * p->out_stride + c] = (float)sum;
        }
    }
}

static void layer_norm(const ckernels_layer_norm *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *row = p->rows + r * p->row_stride;
        double mean = 0, variance = 0;
        for (ptrdiff_t c = 0; c < p->channels; c++) mean += row[c] / (double)p->channels;
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            variance += (row[c] - mean) * (row[c] - mean) / (double)p->channels;
        }
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const double normal = (row[c] - mean) / sqrt(variance + p->epsilon);
            p->out[r * p->out_stride + c] = (float)(normal * p->gamma[c] + p->beta[c]);
        }
    }
}

static void add_rows(const float *rows, ptrdiff_t row_count, ptrdiff_t channels, float *sums) {
    for (ptrdiff_t c = 0; c < channels; c++) {
        double sum = sums[c];
        for (ptrdiff_t r = 0; r < row_count; r++) sum += rows[r * channels + c];
        sums[c] = (float)sum;
    }
}

const ckernels_float_kernels ckernels_float_reference = {
    .name = "reference",
    .panel_columns = 1,
    .tile_rows = 1,
    .product = product,
    .depthwise = depthwise,
    .layer_norm = layer_norm,
    .add_rows = add_rows,
};
