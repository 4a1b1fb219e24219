// Matrix products over packed weights: a tile of TILE_ROWS rows and two vectors of columns stays in registers for
// the whole depth. A step of depth loads two vectors of weights once and one value of each row for two multiply-adds.
//
// `rows`, `vectors` and `whole` are constants wherever these functions are called: a tile's rows, the vectors of a panel that
// hold columns, and whether the last of them is full. Where it is not, `last` is how many columns it holds.

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

enum { most_rows = SINGLE_ROWS > TILE_ROWS ? SINGLE_ROWS : TILE_ROWS };

/// How rows are divided into tiles: so many whole ones, then the rest in smaller ones.
typedef struct {
    ptrdiff_t whole;
    ptrdiff_t left;
} row_tiles;

/// Tiles of four rows are as good as whole ones, those of two and one are not: a whole tile less may leave fours.
INLINE row_tiles tiles_of(ptrdiff_t rows, const int vectors) {
    const int most = vectors > 1 ? TILE_ROWS : SINGLE_ROWS;
    row_tiles tiles = {rows / most, rows % most};
    if (tiles.whole > 0 && tiles.left % 4 > (tiles.left + most) % 4) tiles.whole--, tiles.left += most;
    return tiles;
}

#if TILE_ROWS > 8
#define EIGHTS for (; rest >= 8; rest -= 8) TILE(8)
#else
#define EIGHTS
#endif

/// TILE(n) for each tile: a macro of n rows, a constant.
#define ROW_TILES(tiles, vectors)                                                    \
    for (ptrdiff_t count = tiles.whole; count > 0; count--) {                        \
        if (vectors > 1) TILE(TILE_ROWS)                                             \
        else TILE(SINGLE_ROWS)                                                       \
    }                                                                                \
    ptrdiff_t rest = tiles.left;                                                     \
    EIGHTS for (; rest >= 4; rest -= 4) TILE(4)                                      \
    for (; rest >= 2; rest -= 2) TILE(2)                                             \
    if (rest > 0) TILE(1)

#include "finish.h"

/// Fetches a panel's columns of a row; returns the next row.
INLINE const float *fetch_row(const float *row, ptrdiff_t stride, const int vectors) {
    __builtin_prefetch(row);
    if (vectors > 1) __builtin_prefetch(row + panel_columns - 1);
    return row + stride;
}

/// One tile.
INLINE void product_tile(
    const ckernels_product *p, const float *values, const float *weights, fetching *ahead, ptrdiff_t column, places at,
    const int rows, const int vectors, const bool whole, ptrdiff_t last) {
    vector sums[most_rows][2];
    UNROLLED for (int v = 0; v < vectors; v++) {
        if (p->bias) {
            const vector bias = load(p->bias + column + v * LANES);
            UNROLLED for (int r = 0; r < rows; r++) sums[r][v] = bias;
        } else {
            UNROLLED for (int r = 0; r < rows; r++) {
                sums[r][v] = load_first(at.out + r * at.out_stride + v * LANES, columns_of(v, vectors, whole, last));
            }
        }
    }
    // The residual is not in a near cache: it is fetched while the products are summed. Of large tiles a row at a time, or the
    // weights would wait for it.
    const bool fetches_by_row = LANES >= 8;
    const float *residual = at.residual;
    int residual_rows = reads_residual(p->finish) ? rows : 0;
    for (; !fetches_by_row && residual_rows > 0; residual_rows--) residual = fetch_row(residual, at.residual_stride, vectors);
    const ptrdiff_t stride = p->row_stride;
#define STEP(k)                                                                                            \
    {                                                                                                      \
        vector factors[2];                                                                                 \
        UNROLLED for (int v = 0; v < vectors; v++) factors[v] = load(weights + (k)*panel_columns + v * LANES); \
        UNROLLED for (int r = 0; r < rows; r++) {                                                          \
            const vector value = values[r * stride + (k)];                                                 \
            UNROLLED for (int v = 0; v < vectors; v++) sums[r][v] += value * factors[v];                   \
        }                                                                                                  \
    }
#ifdef VALUES_BY_LANE
// A row's four values in one load: where there are registers for them, and instructions that multiply by a lane.
#define LANE_STEP(k)                                                                                       \
    UNROLLED for (int v = 0; v < vectors; v++) {                                                           \
        const vector factor = load(weights + (k)*panel_columns + v * LANES);                               \
        UNROLLED for (int r = 0; r < rows; r++) {                                                          \
            sums[r][v] += __builtin_shufflevector(fours[r], fours[r], k, k, k, k) * factor;                \
        }                                                                                                  \
    }
#define FOUR_STEPS                                                                                         \
    vector fours[most_rows];                                                                               \
    UNROLLED for (int r = 0; r < rows; r++) fours[r] = load(values + r * stride);                          \
    LANE_STEP(0) LANE_STEP(1) LANE_STEP(2) LANE_STEP(3)
#else
#define FOUR_STEPS STEP(0) STEP(1) STEP(2) STEP(3)
#endif
    for (ptrdiff_t run = 0;;) {
        ptrdiff_t left = p->depth;
        for (; left >= 4; left -= 4, values += 4, weights += 4 * panel_columns) {
            fetch(ahead);
            if (fetches_by_row && residual_rows-- > 0) residual = fetch_row(residual, at.residual_stride, vectors);
            FOUR_STEPS
        }
        for (; left > 0; left--, values++, weights += panel_columns) STEP(0)
        if (++run >= p->runs) break;
        values += p->run_stride - p->depth;
    }
#undef FOUR_STEPS
#undef STEP
    const bool activates = p->finish == ckernels_gelu || p->finish == ckernels_silu;
    // Sums that wait for their activation: what is stored in part cannot be loaded again at once.
    float aside[most_rows * panel_columns];
    const bool waits = activates && !whole;
    UNROLLED for (int v = 0; v < vectors; v++) {
        const ptrdiff_t count = columns_of(v, vectors, whole, last);
        if (p->finish == ckernels_add_residual) {
            const vector scale = load(p->scale + column + v * LANES);
            UNROLLED for (int r = 0; r < rows; r++) {
                const vector residual = load_first(at.residual + r * at.residual_stride + v * LANES, count);
                sums[r][v] = residual + scale * sums[r][v];
            }
        }
        if (waits) {
            UNROLLED for (int r = 0; r < rows; r++) store(aside + r * panel_columns + v * LANES, sums[r][v]);
        } else {
            UNROLLED for (int r = 0; r < rows; r++) store_first(at.out + r * at.out_stride + v * LANES, sums[r][v], count);
        }
        if (keeps_sums(p)) {
            if (whole && are_lines(at.kept, at.kept_stride)) {
                UNROLLED for (int r = 0; r < rows; r++) {
                    store_past_caches(at.kept + r * at.kept_stride + v * LANES, sums[r][v]);
                }
            } else {
                UNROLLED for (int r = 0; r < rows; r++) {
                    store_first(at.kept + r * at.kept_stride + v * LANES, sums[r][v], count);
                }
            }
        }
    }
    const float *waiting = waits ? aside : at.out;
    const ptrdiff_t waiting_stride = waits ? panel_columns : at.out_stride;
    switch (p->finish) {
        case ckernels_store:
        case ckernels_add_residual: break;
        case ckernels_gelu:
            activation_finish(waiting, waiting_stride, at, ckernels_activation_gelu, rows, vectors, whole, last);
            break;
        case ckernels_silu:
            activation_finish(waiting, waiting_stride, at, ckernels_activation_silu, rows, vectors, whole, last);
            break;
        case ckernels_gelu_slope: slope_finish(at, ckernels_activation_gelu, rows, vectors, whole, last); break;
        case ckernels_silu_slope: slope_finish(at, ckernels_activation_silu, rows, vectors, whole, last); break;
    }
}

/// All rows of a panel, whose first column is `column`.
INLINE void product_panel(
    const ckernels_product *p, ptrdiff_t column, const int vectors, const bool whole, ptrdiff_t last) {
    const ptrdiff_t panel = column / panel_columns;
    const float *weights = p->panels + panel * p->panel_stride;
    const float *values = p->rows;
    places at = {p->out + column, p->out_stride, NULL, p->residual_stride, NULL, p->kept_stride};
    if (p->residual) at.residual = p->residual + column;
    if (p->kept) at.kept = p->kept + panel * p->kept_panel_stride;
    const row_tiles tiles = tiles_of(p->row_count, vectors);
    // Shared out over the tiles of this panel: four steps read 4 * panel_columns weights.
    const ptrdiff_t share = tiles.whole > 0 ? tiles.whole : 1;
    const int lines = (int)((4 * panel_columns / 16 + share - 1) / share);
    fetching ahead = {weights + p->panel_stride, weights + p->panel_stride, lines};
    if (column + panel_columns < p->columns) ahead.end += (p->runs > 1 ? p->runs : 1) * p->depth * panel_columns;
#define TILE(n)                                                                          \
    {                                                                                    \
        product_tile(p, values, weights, &ahead, column, at, n, vectors, whole, last);   \
        values += (n)*p->row_stride, at = rows_down(at, n);                              \
    }
    ROW_TILES(tiles, vectors)
#undef TILE
}

#define PANEL(name, vectors, whole)                                                                     \
    static __attribute__((noinline)) void name(const ckernels_product *p, ptrdiff_t column, ptrdiff_t last) {  \
        product_panel(p, column, vectors, whole, last);                                                 \
    }
PANEL(product_panel_whole, 2, true)
PANEL(product_panel_part, 2, false)
PANEL(product_vector_whole, 1, true)
PANEL(product_vector_part, 1, false)
#undef PANEL

static void product(const ckernels_product *p) {
    ptrdiff_t column = 0;
    for (; p->columns - column >= panel_columns; column += panel_columns) product_panel_whole(p, column, LANES);
    const ptrdiff_t left = p->columns - column;
    if (left > LANES) product_panel_part(p, column, left - LANES);
    else if (left == LANES) product_vector_whole(p, column, LANES);
    else if (left > 0) product_vector_part(p, column, left);
    if (keeps_sums(p)) past_caches_done();
}
