// Parameters of the products of matrices, and of what is done with their sums (cfloatkernels.h).
#ifndef CPRODUCTKERNELS_H
#define CPRODUCTKERNELS_H

#include <stdbool.h>
#include <stddef.h>

/// What is done with a product's sums before they are stored.
typedef enum {
    ckernels_store,         // out = sum
    ckernels_gelu,          // out = GELU(sum), by the exact erf
    ckernels_add_residual,  // out = residual + scale * sum
    ckernels_gelu_slope,    // out = sum * GELU'(residual)
    ckernels_silu,          // out = SiLU(sum) = sum / (1 + exp(-sum))
    ckernels_silu_slope,    // out = sum * SiLU'(residual)
} ckernels_finish;

/// An activation by itself.
typedef enum {
    ckernels_activation_none,
    ckernels_activation_silu,
    ckernels_activation_gelu,
    ckernels_activation_sigmoid,
} ckernels_activation;

/// rows (row_count × depth) times weights (depth × columns), with what comes before and after the sums. Rows may overlap.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t depth;
    /// Where a row's values are not next to each other: as many runs of `depth` values (0 or 1: one), `run_stride` from one to
    /// the next. The weights have all runs one after another.
    ptrdiff_t runs;
    ptrdiff_t run_stride;
    /// The weights in panels of `panel_columns` columns: within a panel, the columns' weights for depth 0, then for
    /// depth 1 and so on. Columns beyond the last are zeros.
    const float *panels;
    ptrdiff_t panel_stride;
    ptrdiff_t columns;
    /// The sums' initial values, `columns` padded to whole panels; NULL: the values in `out`.
    const float *bias;
    float *out;
    ptrdiff_t out_stride;
    ckernels_finish finish;
    /// For ckernels_add_residual only: `columns` padded to whole panels.
    const float *scale;
    const float *residual;
    ptrdiff_t residual_stride;
    /// What a gradient needs in addition to `out`: the sums before ckernels_gelu or ckernels_silu (NULL: not wanted), the
    /// activation of the residual for ckernels_gelu_slope and ckernels_silu_slope. `kept_stride` leads from a row of a panel
    /// to the next, `kept_panel_stride` from a panel to the next: rows of panels or of all columns. The sums are stored past the
    /// caches where rows are aligned to 64 bytes: they are wanted much later.
    float *kept;
    ptrdiff_t kept_stride;
    ptrdiff_t kept_panel_stride;
} ckernels_product;

/// Products summed over positions: out[i][j] += the sum over k of left[k][i] * panel[k][j]. Each sum is added up in the
/// order of k.
typedef struct {
    const float *left;
    ptrdiff_t left_stride;
    /// `depth` rows of `panel_columns` values, all of them readable.
    const float *panel;
    ptrdiff_t depth;
    /// rows × columns (at most `panel_columns`) sums; `begins`: they begin with 0, not with the values in `out`.
    ptrdiff_t rows;
    ptrdiff_t columns;
    float *out;
    ptrdiff_t out_stride;
    bool begins;
} ckernels_outer;

/// The inputs of Winograd's convolution of 3×3 with tiles of 2×2 outputs: for a row of tiles, Bᵀ d B of the 4×4 values d that each
/// is computed from, where B is that of Lavin and Gray (2015).
typedef struct {
    /// Four rows of at least 2 * tiles + 2 positions.
    const float *image;
    ptrdiff_t row_stride;
    ptrdiff_t tiles;
    ptrdiff_t channels;
    /// 16 planes of tiles × channels.
    float *out;
    ptrdiff_t plane_stride;
} ckernels_winograd_input;

/// The outputs of that convolution, from 16 products m of the transformed inputs and weights: activation(Aᵀ m A + bias) for up
/// to two rows.
typedef struct {
    /// 16 planes of tiles, `product_stride` from one tile to the next.
    const float *products;
    ptrdiff_t product_stride;
    ptrdiff_t plane_stride;
    ptrdiff_t channels;
    /// One for each channel.
    const float *bias;
    /// None or SiLU. Anything else ends the program.
    ckernels_activation activation;
    /// One or two rows of outputs; a tile has two columns, the last of an odd number has one.
    ptrdiff_t rows;
    ptrdiff_t columns;
    float *out;
    ptrdiff_t row_stride;
    ptrdiff_t out_stride;
} ckernels_winograd_output;

#endif
