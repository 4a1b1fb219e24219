// The network's inner loops in single precision, one set of them for each instruction set, chosen at run time.
//
// Images are rows of channels: the value of channel c at column x of row y lies at ((y * columns) + x) * channels + c.
// Strides are counted in floats. A value depends on its own row alone: however rows are gathered into calls, and
// whatever thread makes the call, the bits are the same.
#ifndef CFLOATKERNELS_H
#define CFLOATKERNELS_H

#include "cinstructions.h"

#include <stddef.h>

/// What is done with a product's sums before they are stored.
typedef enum {
    ckernels_store,         // out = sum
    ckernels_gelu,          // out = GELU(sum), by the exact erf
    ckernels_add_residual,  // out = residual + scale * sum
    ckernels_gelu_slope,    // out = sum * GELU'(residual)
} ckernels_finish;

/// rows (row_count × depth) times weights (depth × columns), with what comes before and after the sums.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t depth;
    /// The weights in panels of `panel_columns` columns: within a panel, the columns' weights for depth 0, then for
    /// depth 1 and so on. Columns beyond the last are zeros.
    const float *panels;
    ptrdiff_t panel_stride;
    ptrdiff_t columns;
    /// What sums begin with, `columns` padded to whole panels; NULL: they begin with what `out` holds.
    const float *bias;
    float *out;
    ptrdiff_t out_stride;
    ckernels_finish finish;
    /// For ckernels_add_residual alone: `columns` padded to whole panels.
    const float *scale;
    const float *residual;
    ptrdiff_t residual_stride;
    /// What a gradient needs beside `out`: the sums before ckernels_gelu (NULL: not wanted), GELU(residual) of
    /// ckernels_gelu_slope. A panel's row lies `kept_stride` behind the one before, a panel `kept_panel_stride` behind the
    /// one before: rows of panels or of all columns, as the strides say.
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
    /// rows × columns, at most `panel_columns`, are added to, or begun anew.
    ptrdiff_t rows;
    ptrdiff_t columns;
    float *out;
    ptrdiff_t out_stride;
    bool begins;
} ckernels_outer;

/// A depthwise convolution of 7 × 7 with zeros around the image, for `count` columns of one row.
typedef struct {
    const float *image;
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    /// 49 × channels: the taps in rows, each with a weight for every channel.
    const float *weights;
    /// What sums begin with; NULL: they begin with what `out` holds.
    const float *bias;
    ptrdiff_t row;
    ptrdiff_t first_column;
    ptrdiff_t count;
    float *out;
    ptrdiff_t out_stride;
} ckernels_depthwise;

/// What `row_count` rows of an image say of the gradients of a depthwise convolution's taps, added to them.
typedef struct {
    /// The convolution's input and the gradient of its output, both rows × columns × channels.
    const float *image;
    const float *gradient;
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    ptrdiff_t row;
    ptrdiff_t row_count;
    /// 49 × channels.
    float *weights;
} ckernels_depthwise_gradient;

/// Normalisation of each row over its channels: out = (value - mean) / sqrt(variance + epsilon) * gamma + beta, with
/// the variance of the row itself (divided by the number of channels). `out` may be `rows`.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    /// NULL: 1, and `beta` 0.
    const float *gamma;
    const float *beta;
    float epsilon;
    float *out;
    ptrdiff_t out_stride;
    /// 1 / sqrt(variance + epsilon) of each row; NULL: not wanted.
    float *inverse;
} ckernels_layer_norm;

/// The gradient of (value - mean) / sqrt(variance + epsilon), from the gradient of the result, in its place.
typedef struct {
    /// The result, and `inverse` of ckernels_layer_norm.
    const float *normal;
    ptrdiff_t normal_stride;
    const float *inverse;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    float *gradient;
    ptrdiff_t gradient_stride;
} ckernels_layer_norm_gradient;

/// Weights to be put into a panel of a product, in training.
typedef struct {
    /// Of pack_columns: columns × inputs, each column's inputs next to each other. Of pack_rows: inputs rows, each
    /// `row_stride` behind the one before.
    const float *weights;
    ptrdiff_t row_stride;
    ptrdiff_t inputs;
    /// At most `panel_columns`.
    ptrdiff_t columns;
    /// By which weights are multiplied, NULL: not at all. Of pack_columns one for each input, of pack_rows for each column.
    const float *scale;
    /// Of pack_columns: what is added to each input before the product, one for each, and so the product of weights with
    /// it to each column's bias. NULL: nothing.
    const float *shift;
    float *bias;
    /// Of pack_rows where there is no `scale`: each row is multiplied by its scale times the factor. NULL: not at all.
    const float *row_scale;
    float factor;
    /// inputs × panel_columns.
    float *panel;
} ckernels_packing;

/// From the sums over positions of a product's gradient with what a norm gave before its own scale and shift, to the
/// gradients of the product's weights and of the norm: for each row
///     out += gamma * sums + beta * total, gamma_out += weights * sums, beta_out += weights * total
typedef struct {
    const float *sums;
    const float *weights;
    float *out;
    /// Of the three before, from row to row.
    ptrdiff_t stride;
    /// The sum over positions of the gradient alone, one for each row, `total_stride` apart.
    const float *totals;
    ptrdiff_t total_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    const float *gamma;
    const float *beta;
    float *gamma_out;
    float *beta_out;
} ckernels_normalised_sums;

/// A step of AdamW for `count` parameters:
///     g = gradient * gradient_scale, m = mean + new_mean * (g - mean), v = square * old_square + new_square * g²
///     parameter = parameter * decay - step_size * m / (sqrt(v) / correction_root + epsilon)
typedef struct {
    ptrdiff_t count;
    const float *gradient;
    float gradient_scale;
    float *parameter;
    float *mean;
    float *square;
    float decay;
    float new_mean;
    float old_square;
    float new_square;
    float step_size;
    float correction_root;
    float epsilon;
} ckernels_adamw;

/// The kernels of one instruction set.
typedef struct {
    const char *name;
    /// How many columns a panel of weights has, and how many rows a tile of a product: row counts that are multiples
    /// of it are fastest.
    ptrdiff_t panel_columns;
    ptrdiff_t tile_rows;
    void (*product)(const ckernels_product *product);
    void (*outer)(const ckernels_outer *outer);
    void (*depthwise)(const ckernels_depthwise *depthwise);
    void (*depthwise_gradient)(const ckernels_depthwise_gradient *gradient);
    void (*layer_norm)(const ckernels_layer_norm *norm);
    void (*layer_norm_gradient)(const ckernels_layer_norm_gradient *gradient);
    /// Adds `row_count` rows of `channels` values, in order, to `sums`.
    void (*add_rows)(
        const float *rows, ptrdiff_t row_stride, ptrdiff_t row_count, ptrdiff_t channels, float *sums);
    /// Adds the products of `row_count` rows of `channels` values with as many others, in order, to `sums`.
    void (*add_products)(
        const float *one, const float *other, ptrdiff_t row_count, ptrdiff_t channels, float *sums);
    void (*pack_columns)(const ckernels_packing *packing);
    void (*pack_rows)(const ckernels_packing *packing);
    /// out += scale * sums for `count` values; returns the sum of weights * sums.
    float (*add_scaled)(const float *sums, ptrdiff_t count, float scale, const float *weights, float *out);
    void (*add_normalised)(const ckernels_normalised_sums *sums);
    void (*adamw)(const ckernels_adamw *step);
} ckernels_float_kernels;

/// The plain scalar kernels in double precision that every other set is checked against.
extern const ckernels_float_kernels ckernels_float_reference;

/// The kernels of an instruction set that this CPU has; NULL where it has not.
const ckernels_float_kernels *ckernels_float_kernels_for(ckernels_instruction_set set);

#endif
