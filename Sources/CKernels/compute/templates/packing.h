// Weights into panels, anew in each pass of training.

#include "transpose.h"

enum { packed_inputs = 16 };

/// What a panel's columns have of some inputs, one behind the other, times the inputs' scale; adds the sums with their shift to the
/// bias. `square` has a row of columns for each input.
INLINE void pack_square(
    const ckernels_packing *p, ptrdiff_t start, ptrdiff_t count, float square[packed_inputs][panel_columns]) {
    enum { vectors = panel_columns / LANES };
    vector added[vectors] = {0};
    for (ptrdiff_t i = 0; i < count; i++) {
        float *out = p->panel + (start + i) * panel_columns;
        const float scale = p->scale ? p->scale[start + i] : 1, shift = p->shift ? p->shift[start + i] : 0;
        UNROLLED for (int v = 0; v < vectors; v++) {
            const vector weights = load(square[i] + v * LANES);
            store(out + v * LANES, weights * scale);
            added[v] += weights * shift;
        }
    }
    if (!p->shift) return;
    for (int v = 0; v < vectors && v * LANES < p->columns; v++) {
        float *bias = p->bias + v * LANES;
        store_first(bias, load_first(bias, p->columns - v * LANES) + added[v], p->columns - v * LANES);
    }
}

static void pack_columns(const ckernels_packing *p) {
    enum { blocks_ahead = 2 };
    // Rows of weights in, columns of a panel out: through a square that stays in the first level cache.
    float square[packed_inputs][panel_columns] = {{0}};
    const ptrdiff_t whole = p->columns / LANES * LANES;
    for (ptrdiff_t start = 0; start < p->inputs; start += packed_inputs) {
        const ptrdiff_t count = p->inputs - start < packed_inputs ? p->inputs - start : packed_inputs;
        const float *weights = p->weights + start;
        // More rows than the processor prefetches by itself, to the second level cache: in the first they may share a set.
        for (ptrdiff_t column = 0; column < p->columns; column++) {
            __builtin_prefetch(weights + column * p->inputs + blocks_ahead * packed_inputs, 0, 2);
        }
        const ptrdiff_t transposed = count == packed_inputs ? whole : 0;
        for (ptrdiff_t column = 0; column < transposed; column += LANES) {
            UNROLLED for (int i = 0; i < packed_inputs; i += LANES) {
                vector rows[LANES];
                UNROLLED for (int r = 0; r < LANES; r++) rows[r] = load(weights + (column + r) * p->inputs + i);
                transpose(rows);
                UNROLLED for (int r = 0; r < LANES; r++) store(square[i + r] + column, rows[r]);
            }
        }
        for (ptrdiff_t column = transposed; column < p->columns; column++) {
            for (ptrdiff_t i = 0; i < count; i++) square[i][column] = weights[column * p->inputs + i];
        }
        pack_square(p, start, count, square);
    }
}

static void pack_rows(const ckernels_packing *p) {
    const float *scale = p->scale;
    const ptrdiff_t columns = p->columns;
    for (ptrdiff_t row = 0; row < p->inputs; row++) {
        const float *weights = p->weights + row * p->row_stride;
        float *out = p->panel + row * panel_columns;
        const float factor = p->row_scale ? p->row_scale[row] * p->factor : 1;
        if (columns == panel_columns) {
            UNROLLED for (int c = 0; c < panel_columns; c += LANES) {
                store(out + c, load(weights + c) * (scale ? load(scale + c) : factor));
            }
        } else {
            for (ptrdiff_t column = 0; column < columns; column++) {
                out[column] = weights[column] * (scale ? scale[column] : factor);
            }
        }
    }
}
