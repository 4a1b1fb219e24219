// Products summed over positions, as the gradient of a product's weights is: a tile of TILE_ROWS channels on the left and
// a panel of them on the right stays in registers while the positions go by. A panel of some hundred positions stays in
// the first level cache for all tiles.

/// One tile of `rows` rows, a constant wherever this is called, of one whole panel.
INLINE void outer_tile(
    const ckernels_outer *p, const float *left, float *out, ptrdiff_t out_stride, const int rows) {
    vector sums[TILE_ROWS][2];
    if (p->begins) {
        UNROLLED for (int r = 0; r < rows; r++) sums[r][0] = 0, sums[r][1] = 0;
    } else {
        UNROLLED for (int r = 0; r < rows; r++) {
            sums[r][0] = load(out + r * out_stride), sums[r][1] = load(out + r * out_stride + LANES);
        }
    }
    const float *right = p->panel;
    const ptrdiff_t stride = p->left_stride;
    _Pragma("clang loop unroll_count(2)") for (ptrdiff_t k = 0; k < p->depth; k++) {
        const vector first = load(right), second = load(right + LANES);
        UNROLLED for (int r = 0; r < rows; r++) {
            const vector value = left[r];
            sums[r][0] += value * first, sums[r][1] += value * second;
        }
        left += stride, right += panel_columns;
    }
    UNROLLED for (int r = 0; r < rows; r++) {
        store(out + r * out_stride, sums[r][0]), store(out + r * out_stride + LANES, sums[r][1]);
    }
}

static void outer(const ckernels_outer *p) {
    const float *left = p->left;
    float *out = p->out;
    ptrdiff_t rows = p->rows;
    if (p->columns < panel_columns) {
        for (; rows > 0; rows--, left++, out += p->out_stride) {
            float whole[panel_columns] = {0};
            memcpy(whole, out, p->columns * sizeof(float));
            outer_tile(p, left, whole, panel_columns, 1);
            memcpy(out, whole, p->columns * sizeof(float));
        }
        return;
    }
#define TILES(n)                                                                     \
    for (; rows >= n; rows -= n, left += n, out += n * p->out_stride) {              \
        outer_tile(p, left, out, p->out_stride, n);                                  \
    }
    TILES(TILE_ROWS)
#if TILE_ROWS > 8
    TILES(8)
#endif
    TILES(4) TILES(2) TILES(1)
#undef TILES
}
