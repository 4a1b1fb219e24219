// Matrix products over packed weights: a tile of TILE_ROWS rows and two vectors of columns stays in registers while the
// depth goes by. A step of depth loads two vectors of weights once and one value of each row for two multiply-adds.

/// The weights of the next panel, fetched into the second level cache while this one is multiplied by: with few rows a
/// panel is used up before the processor's own prefetching has caught up with the next.
typedef struct {
    const float *next;
    const float *end;
    /// Cache lines for four steps of depth.
    int lines;
} fetching;

INLINE void fetch(fetching *ahead) {
    for (int line = 0; line < ahead->lines && ahead->next < ahead->end; line++, ahead->next += 16) {
        __builtin_prefetch(ahead->next, 0, 2);
    }
}

/// One tile of `rows` rows, a constant wherever this is called, and one whole panel of columns.
INLINE void product_tile(
    const ckernels_product *p, const float *values, const float *weights, fetching *ahead, ptrdiff_t column, float *out,
    ptrdiff_t out_stride, const float *residual, ptrdiff_t residual_stride, const int rows) {
    vector sums[TILE_ROWS][2];
    if (p->bias) {
        const vector first = load(p->bias + column), second = load(p->bias + column + LANES);
        UNROLLED for (int r = 0; r < rows; r++) sums[r][0] = first, sums[r][1] = second;
    } else {
        UNROLLED for (int r = 0; r < rows; r++) {
            sums[r][0] = load(out + r * out_stride), sums[r][1] = load(out + r * out_stride + LANES);
        }
    }
    const ptrdiff_t stride = p->row_stride;
#define STEP(k)                                                                                      \
    {                                                                                                \
        const vector first = load(weights + (k)*panel_columns);                                      \
        const vector second = load(weights + (k)*panel_columns + LANES);                             \
        UNROLLED for (int r = 0; r < rows; r++) {                                                    \
            const vector value = values[r * stride + (k)];                                           \
            sums[r][0] += value * first, sums[r][1] += value * second;                               \
        }                                                                                            \
    }
    ptrdiff_t left = p->depth;
    for (; left >= 4; left -= 4, values += 4, weights += 4 * panel_columns) {
        fetch(ahead);
        STEP(0) STEP(1) STEP(2) STEP(3)
    }
    for (; left > 0; left--, values++, weights += panel_columns) STEP(0)
#undef STEP
    if (p->finish == ckernels_add_residual) {
        const vector first = load(p->scale + column), second = load(p->scale + column + LANES);
        UNROLLED for (int r = 0; r < rows; r++) {
            sums[r][0] = load(residual + r * residual_stride) + first * sums[r][0];
            sums[r][1] = load(residual + r * residual_stride + LANES) + second * sums[r][1];
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        store(out + r * out_stride, sums[r][0]);
        store(out + r * out_stride + LANES, sums[r][1]);
    }
    if (p->finish == ckernels_gelu) {
        // From the first level cache, two rows at a time: four chains of multiply-adds hide each other's latency.
        _Pragma("clang loop unroll(disable)") for (int r = 0; r < rows; r += 2) {
            float *row = out + r * out_stride, *next = r + 1 < rows ? row + out_stride : row;
            const vector a = gelu(load(row)), b = gelu(load(row + LANES));
            const vector c = gelu(load(next)), d = gelu(load(next + LANES));
            store(row, a), store(row + LANES, b), store(next, c), store(next + LANES, d);
        }
    }
}

/// As product_tile for a last panel that has fewer columns than vectors have lanes: by way of whole panels.
INLINE void product_edge(
    const ckernels_product *p, const float *values, const float *weights, ptrdiff_t column, float *out,
    const float *residual, ptrdiff_t columns) {
    float whole[panel_columns] = {0}, before[panel_columns] = {0};
    memcpy(whole, out, columns * sizeof(float));
    if (p->finish == ckernels_add_residual) memcpy(before, residual, columns * sizeof(float));
    fetching nothing = {0};
    product_tile(p, values, weights, &nothing, column, whole, panel_columns, before, panel_columns, 1);
    memcpy(out, whole, columns * sizeof(float));
}

static void product(const ckernels_product *p) {
    for (ptrdiff_t column = 0; column < p->columns; column += panel_columns) {
        const float *weights = p->panels + column / panel_columns * p->panel_stride;
        const float *values = p->rows, *residual = p->residual + column;
        float *out = p->out + column;
        ptrdiff_t left = p->row_count;
        // Shared out over the tiles of this panel: four steps read 4 * panel_columns weights.
        const ptrdiff_t tiles = left / TILE_ROWS > 0 ? left / TILE_ROWS : 1;
        const int lines = (int)((4 * panel_columns / 16 + tiles - 1) / tiles);
        fetching ahead = {weights + p->panel_stride, weights + p->panel_stride, lines};
        if (column + panel_columns < p->columns) ahead.end += p->depth * panel_columns;
        if (p->columns - column < panel_columns) {
            for (; left > 0; left--) {
                product_edge(p, values, weights, column, out, residual, p->columns - column);
                values += p->row_stride, out += p->out_stride, residual += p->residual_stride;
            }
            continue;
        }
#define TILES(n)                                                                                               \
    for (; left >= n; left -= n) {                                                                             \
        product_tile(p, values, weights, &ahead, column, out, p->out_stride, residual, p->residual_stride, n); \
        values += n * p->row_stride, out += n * p->out_stride, residual += n * p->residual_stride;             \
    }
        TILES(TILE_ROWS)
#if TILE_ROWS > 8
        TILES(8)
#endif
        TILES(4) TILES(2) TILES(1)
#undef TILES
    }
}
