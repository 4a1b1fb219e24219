// Products summed over positions, as the gradient of a product's weights is: a tile of TILE_ROWS channels on the left and
// a panel of them on the right stays in registers while the positions go by. A panel of some hundred positions stays in
// the first level cache for all tiles.

/// One tile of `rows` rows and of `vectors` vectors of columns, of which the last has `last` columns where it is not `whole`:
/// all but `last` constants wherever this is called.
INLINE void outer_tile(
    const ckernels_outer *p, const float *left, float *out, const int rows, const int vectors, const bool whole,
    ptrdiff_t last) {
    vector sums[most_rows][2];
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            const float *begin = out + r * p->out_stride + v * LANES;
            sums[r][v] = p->begins ? 0 : load_first(begin, columns_of(v, vectors, whole, last));
        }
    }
    const float *right = p->panel;
    const ptrdiff_t stride = p->left_stride;
    _Pragma("clang loop unroll_count(2)") for (ptrdiff_t k = 0; k < p->depth; k++) {
        vector factors[2];
        UNROLLED for (int v = 0; v < vectors; v++) factors[v] = load(right + v * LANES);
        UNROLLED for (int r = 0; r < rows; r++) {
            const vector value = left[r];
            UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] += value * factors[v];
        }
        left += stride, right += panel_columns;
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            store_first(out + r * p->out_stride + v * LANES, sums[r][v], columns_of(v, vectors, whole, last));
        }
    }
}

INLINE void outer_rows(const ckernels_outer *p, const int vectors, const bool whole, ptrdiff_t last) {
    const float *left = p->left;
    float *out = p->out;
    const row_tiles tiles = tiles_of(p->rows, vectors);
#define TILE(n)                                                  \
    {                                                            \
        outer_tile(p, left, out, n, vectors, whole, last);       \
        left += n, out += (n)*p->out_stride;                     \
    }
    ROW_TILES(tiles, vectors)
#undef TILE
}

#define COLUMNS(name, vectors, whole)                                                                    \
    static __attribute__((noinline)) void name(const ckernels_outer *p, ptrdiff_t last) {                \
        outer_rows(p, vectors, whole, last);                                                             \
    }
COLUMNS(outer_panel_whole, 2, true)
COLUMNS(outer_panel_part, 2, false)
COLUMNS(outer_vector, 1, false)
#undef COLUMNS

static void outer(const ckernels_outer *p) {
    if (p->columns >= panel_columns) outer_panel_whole(p, LANES);
    else if (p->columns > LANES) outer_panel_part(p, p->columns - LANES);
    else outer_vector(p, p->columns);
}
