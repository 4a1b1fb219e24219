// Each kernel written as its definition. Panels have one column.
#include "cint8kernels.h"

#include <math.h>

#include "../reference/statistics.h"

static uint8_t quantised(double value, float factor, float shift) {
    return (uint8_t)fmin(fmax(rint(value * factor + shift), 0), 255);
}

static void product(const ckernels_int8_product *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        for (ptrdiff_t c = 0; c < p->columns; c++) {
            int32_t sum = 0;
            for (ptrdiff_t run = 0; run < p->runs; run++) {
                const uint8_t *values = p->rows + r * p->row_stride + run * p->run_stride;
                const int8_t *weights = p->panels + c * p->panel_stride + run * p->depth;
                for (ptrdiff_t k = 0; k < p->depth; k++) sum += values[k] * weights[k];
            }
            // As the fast kernels round: the sum, then a multiplication and an addition in one.
            const float value = fmaf((float)sum, p->scale[c], p->offset[c]);
            switch (p->finish) {
                case ckernels_int8_store: p->out[r * p->out_stride + c] = value; break;
                case ckernels_int8_add_residual:
                    p->out[r * p->out_stride + c] = p->residual[r * p->residual_stride + c] + value;
                    break;
                case ckernels_int8_gelu:
                    p->quantised[r * p->quantised_stride + c] =
                        quantised(value * 0.5 * (1 + erf(value / sqrt(2))), p->factor[c], p->shift[c]);
                    break;
            }
        }
    }
}

static void norm(const ckernels_int8_norm *p) {
    for (ptrdiff_t r = 0; r < p->row_count; r++) {
        const float *row = p->rows + r * p->row_stride;
        const row_statistics s = statistics_of(row, p->channels);
        for (ptrdiff_t c = 0; c < p->channels; c++) {
            const double normal = (row[c] - s.mean) / sqrt(s.variance + p->epsilon);
            p->out[r * p->out_stride + c] = quantised(normal, p->factor[c], p->shift[c]);
        }
    }
}

const ckernels_int8_kernels ckernels_int8_reference = {
    .name = "reference",
    .panel_columns = 1,
    .tile_rows = 1,
    .product = product,
    .norm = norm,
};
