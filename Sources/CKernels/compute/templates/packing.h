// Weights into panels, anew in each pass of training.

static void pack_columns(const ckernels_packing *p) {
    enum { block = 16, blocks_ahead = 2, vectors = panel_columns / LANES };
    // Rows of weights in, columns of a panel out: through a square that stays in the first level cache.
    float square[block][panel_columns] = {{0}};
    for (ptrdiff_t start = 0; start < p->inputs; start += block) {
        const ptrdiff_t count = p->inputs - start < block ? p->inputs - start : block;
        for (ptrdiff_t column = 0; column < p->columns; column++) {
            const float *row = p->weights + column * p->inputs + start;
            // More rows than the processor prefetches by itself, to the second level cache: in the first they may share a set.
            __builtin_prefetch(row + blocks_ahead * block, 0, 2);
            for (ptrdiff_t i = 0; i < count; i++) square[i][column] = row[i];
        }
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
        if (!p->shift) continue;
        for (int v = 0; v < vectors && v * LANES < p->columns; v++) {
            float *bias = p->bias + v * LANES;
            store_first(bias, load_first(bias, p->columns - v * LANES) + added[v], p->columns - v * LANES);
        }
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
