// Matrix products over packed weights: a tile of TILE_ROWS rows and two vectors of columns stays in registers for
// the whole depth. A step of depth loads two vectors of weights once and one value of each row for two multiply-adds.

/// The weights of the next panel, fetched into the second level cache while this one is multiplied by: with few rows a
/// panel is finished before the processor's own prefetching has reached the next.
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

/// The addresses of a tile's output and of what its finish reads and keeps.
typedef struct {
    float *out;
    ptrdiff_t out_stride;
    const float *residual;
    ptrdiff_t residual_stride;
    float *kept;
    ptrdiff_t kept_stride;
} places;

/// `at` some rows further down.
INLINE places rows_down(places at, ptrdiff_t rows) {
    at.out += rows * at.out_stride;
    if (at.residual) at.residual += rows * at.residual_stride;
    if (at.kept) at.kept += rows * at.kept_stride;
    return at;
}

/// The activation of sums that lie in `out`: from the first level cache, two rows at a time: four chains of multiply-adds
/// hide each other's latency.
INLINE void activation_finish(places at, const ckernels_activation activation, const int rows) {
    _Pragma("clang loop unroll(disable)") for (int r = 0; r < rows; r += 2) {
        float *row = at.out + r * at.out_stride, *next = r + 1 < rows ? row + at.out_stride : row;
        const vector a = activated(load(row), activation), b = activated(load(row + LANES), activation);
        const vector c = activated(load(next), activation), d = activated(load(next + LANES), activation);
        store(row, a), store(row + LANES, b), store(next, c), store(next + LANES, d);
    }
}

/// The activation's derivative at the residual times sums that lie in `out`, and the activation of the residual.
INLINE void slope_finish(places at, const ckernels_activation activation, const int rows) {
    _Pragma("clang loop unroll(disable)") for (int r = 0; r < rows; r++) {
        float *row = at.out + r * at.out_stride, *kept = at.kept + r * at.kept_stride;
        const float *residual = at.residual + r * at.residual_stride;
        const vector first = load(residual), second = load(residual + LANES);
        store(row, load(row) * activation_slope(first, activation));
        store(row + LANES, load(row + LANES) * activation_slope(second, activation));
        store(kept, activated(first, activation)), store(kept + LANES, activated(second, activation));
    }
}

/// Whether the finish reads the residual.
INLINE bool reads_residual(ckernels_finish finish) {
    return finish == ckernels_gelu_slope || finish == ckernels_silu_slope || finish == ckernels_add_residual;
}

/// One tile of `rows` rows, a constant wherever this is called, and one whole panel of columns.
INLINE void product_tile(
    const ckernels_product *p, const float *values, const float *weights, fetching *ahead, ptrdiff_t column, places at,
    const int rows) {
    vector sums[TILE_ROWS][2];
    if (p->bias) {
        const vector first = load(p->bias + column), second = load(p->bias + column + LANES);
        UNROLLED for (int r = 0; r < rows; r++) sums[r][0] = first, sums[r][1] = second;
    } else {
        UNROLLED for (int r = 0; r < rows; r++) {
            sums[r][0] = load(at.out + r * at.out_stride);
            sums[r][1] = load(at.out + r * at.out_stride + LANES);
        }
    }
    if (reads_residual(p->finish)) {
        // The residual is not in a near cache: it is fetched while the products are summed.
        UNROLLED for (int r = 0; r < rows; r++) {
            __builtin_prefetch(at.residual + r * at.residual_stride);
            __builtin_prefetch(at.residual + r * at.residual_stride + panel_columns - 1);
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
            sums[r][0] = load(at.residual + r * at.residual_stride) + first * sums[r][0];
            sums[r][1] = load(at.residual + r * at.residual_stride + LANES) + second * sums[r][1];
        }
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        store(at.out + r * at.out_stride, sums[r][0]);
        store(at.out + r * at.out_stride + LANES, sums[r][1]);
    }
    if (p->finish == ckernels_gelu || p->finish == ckernels_silu) {
        if (at.kept) {
            UNROLLED for (int r = 0; r < rows; r++) {
                store(at.kept + r * at.kept_stride, sums[r][0]);
                store(at.kept + r * at.kept_stride + LANES, sums[r][1]);
            }
        }
        if (p->finish == ckernels_gelu) activation_finish(at, ckernels_activation_gelu, rows);
        else activation_finish(at, ckernels_activation_silu, rows);
    } else if (p->finish == ckernels_gelu_slope) {
        slope_finish(at, ckernels_activation_gelu, rows);
    } else if (p->finish == ckernels_silu_slope) {
        slope_finish(at, ckernels_activation_silu, rows);
    }
}

/// As product_tile for a last panel that has fewer columns than vectors have lanes: by way of whole panels.
INLINE void product_edge(
    const ckernels_product *p, const float *values, const float *weights, ptrdiff_t column, places at,
    ptrdiff_t columns) {
    float whole[panel_columns] = {0}, before[panel_columns] = {0}, kept[panel_columns] = {0};
    const size_t bytes = columns * sizeof(float);
    memcpy(whole, at.out, bytes);
    if (reads_residual(p->finish)) memcpy(before, at.residual, bytes);
    fetching nothing = {0};
    const places aside = {
        whole, panel_columns, before, panel_columns, at.kept ? kept : NULL, panel_columns};
    product_tile(p, values, weights, &nothing, column, aside, 1);
    memcpy(at.out, whole, bytes);
    if (at.kept) memcpy(at.kept, kept, bytes);
}

static void product(const ckernels_product *p) {
    for (ptrdiff_t column = 0; column < p->columns; column += panel_columns) {
        const ptrdiff_t panel = column / panel_columns;
        const float *weights = p->panels + panel * p->panel_stride;
        const float *values = p->rows;
        places at = {p->out + column, p->out_stride, NULL, p->residual_stride, NULL, p->kept_stride};
        if (p->residual) at.residual = p->residual + column;
        if (p->kept) at.kept = p->kept + panel * p->kept_panel_stride;
        ptrdiff_t left = p->row_count;
        // Shared out over the tiles of this panel: four steps read 4 * panel_columns weights.
        const ptrdiff_t tiles = left / TILE_ROWS > 0 ? left / TILE_ROWS : 1;
        const int lines = (int)((4 * panel_columns / 16 + tiles - 1) / tiles);
        fetching ahead = {weights + p->panel_stride, weights + p->panel_stride, lines};
        if (column + panel_columns < p->columns) ahead.end += p->depth * panel_columns;
        if (p->columns - column < panel_columns) {
            for (; left > 0; left--, values += p->row_stride, at = rows_down(at, 1)) {
                product_edge(p, values, weights, column, at, p->columns - column);
            }
            continue;
        }
#define TILES(n)                                                                        \
    for (; left >= n; left -= n, values += n * p->row_stride, at = rows_down(at, n)) {  \
        product_tile(p, values, weights, &ahead, column, at, n);                        \
    }
        TILES(TILE_ROWS)
#if TILE_ROWS > 8
        TILES(8)
#endif
        TILES(4) TILES(2) TILES(1)
#undef TILES
    }
}
