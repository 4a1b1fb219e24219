// The network's inner loops in single precision, one set of them for each instruction set, chosen at run time.
//
// Images are rows of channels: the value of channel c at column x of row y is at ((y * columns) + x) * channels + c.
// Strides are counted in floats. A result depends on its own row alone, and sums over rows are added up in the order of
// rows: neither the division of rows into calls nor the thread that makes a call changes a bit.
#ifndef CFLOATKERNELS_H
#define CFLOATKERNELS_H

#include "cinstructions.h"
#include "cmessage.h"

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

/// A depthwise convolution with (kernel - 1) / 2 zeros around the image, for `count` outputs of one row. The output has
/// (rows - 1) / stride + 1 rows and (columns - 1) / stride + 1 columns.
typedef struct {
    const float *image;
    /// Of the image.
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    /// Where memory holds the last few rows of the image only: how many; row y is in the place y % held_rows. 0: all rows.
    ptrdiff_t held_rows;
    /// 3 or 5 with a stride of 1 or 2, or 7 with a stride of 1. Anything else ends the program.
    ptrdiff_t kernel;
    ptrdiff_t stride;
    /// kernel² × channels: the taps in rows, each with a weight for every channel.
    const float *weights;
    /// The sums' initial values, one for each channel; NULL: the values in `out`.
    const float *bias;
    /// Of the outputs.
    ptrdiff_t row;
    ptrdiff_t first_column;
    ptrdiff_t count;
    float *out;
    ptrdiff_t out_stride;
    /// None or SiLU, of the sums.
    ckernels_activation activation;
    /// For each channel, the sum to which the outputs are added after the activation, in the order of columns. NULL: not
    /// wanted.
    float *sums;
} ckernels_depthwise;

/// The gradient of a depthwise convolution's taps, from `row_count` rows of its output: added to `weights`.
typedef struct {
    /// The convolution's input, rows × columns × channels.
    const float *image;
    /// The gradient of its output, of which `row` and `row_count` select rows.
    const float *gradient;
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    /// As in ckernels_depthwise.
    ptrdiff_t kernel;
    ptrdiff_t stride;
    ptrdiff_t row;
    ptrdiff_t row_count;
    /// kernel² × channels.
    float *weights;
} ckernels_depthwise_gradient;

/// The gradient of the input of a depthwise convolution whose stride is 2, for `count` inputs of one row. Where the stride
/// is 1, ckernels_depthwise computes it: of the output's gradient, with the taps in the opposite order.
typedef struct {
    /// The gradient of the output, (rows + 1) / 2 × (columns + 1) / 2 × channels.
    const float *gradient;
    /// Of the input.
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    /// 3 or 5. Anything else ends the program.
    ptrdiff_t kernel;
    /// kernel² × channels, as in ckernels_depthwise.
    const float *weights;
    /// Of the inputs.
    ptrdiff_t row;
    ptrdiff_t first_column;
    ptrdiff_t count;
    /// Whether the sums begin with 0; else with the values in `out`.
    bool begins;
    float *out;
    ptrdiff_t out_stride;
} ckernels_depthwise_input_gradient;

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
    /// Receives 1 / sqrt(variance + epsilon) of each row; NULL: not wanted.
    float *inverse;
} ckernels_layer_norm;

/// The gradient of (value - mean) / sqrt(variance + epsilon), computed in place from the gradient of the result.
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

/// out = activation(value * scale + shift) + residual, with a scale and a shift for each channel. `out` may be `rows` or
/// `residual`. It serves as batch norm, as the gate of squeeze-and-excitation (`scale` alone) and as an activation by itself.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    /// NULL: 1.
    const float *scale;
    /// NULL: 0.
    const float *shift;
    ckernels_activation activation;
    /// NULL: 0.
    const float *residual;
    ptrdiff_t residual_stride;
    float *out;
    ptrdiff_t out_stride;
} ckernels_row_affine;

/// From the gradient of ckernels_row_affine's result to that of value * scale + shift:
///     out = gradient * activation'(value * scale + shift)
/// `out` may be `gradient` or `rows`.
typedef struct {
    /// As in ckernels_row_affine.
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    const float *scale;
    const float *shift;
    ckernels_activation activation;
    const float *gradient;
    ptrdiff_t gradient_stride;
    float *out;
    ptrdiff_t out_stride;
} ckernels_row_affine_gradient;

/// Sums over rows in double precision, for each channel, with deviation = value - center:
///     sums += factor, products += factor * deviation
/// Without `factors`, a factor is the deviation itself: sums and squares, for a batch's mean and variance. With an output's
/// gradient as `factors`, they are what batch norm's backward pass needs.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    /// One for each channel. NULL: 0.
    const float *center;
    const float *factors;
    ptrdiff_t factor_stride;
    double *sums;
    double *products;
} ckernels_moments;

/// The gradient of batch norm's input, from that of its output, in its place: with normal = (value - mean) * inverse,
///     gradient = (gradient - mean_gradient - normal * mean_product) * factor
typedef struct {
    /// Batch norm's input.
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    /// The batch's mean, and 1 / sqrt(variance + epsilon); these and the following have one value for each channel.
    const float *mean;
    const float *inverse;
    /// The means over the batch of the gradient, and of the gradient times `normal`.
    const float *mean_gradient;
    const float *mean_product;
    /// gamma * inverse.
    const float *factor;
    float *gradient;
    ptrdiff_t gradient_stride;
} ckernels_batch_norm_gradient;

/// The largest value of each channel over rows: `largest` begins with -INFINITY, or with the largest of rows before. A NaN is
/// larger than any number.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    float *largest;
    /// Receives the number of the first row that has the largest value, where `first_place` is that of the first row. NULL: not
    /// wanted.
    int *places;
    int first_place;
} ckernels_maxima;

/// Sums over rows in double precision of what a generalised mean is made of, for each channel, with x = max(value, epsilon):
///     sums += x^exponent, logarithms += x^exponent * ln x
/// A power is held within 2^±126. Where a value is not finite, the sums become NaN.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    /// Above 0: a normal number.
    float epsilon;
    float exponent;
    double *sums;
    /// NULL: not wanted.
    double *logarithms;
} ckernels_powers;

/// The gradient of a generalised mean's input:
///     out = value < epsilon ? 0 : factor * (value * scale)^exponent
/// `out` may be `rows`.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    float epsilon;
    /// That of the mean, less 1.
    float exponent;
    /// One for each channel, above 0: 1 / the mean.
    const float *scale;
    const float *factor;
    float *out;
    ptrdiff_t out_stride;
} ckernels_powers_gradient;

/// Weights to be put into a panel of a product, in training.
typedef struct {
    /// For pack_columns: columns × inputs, each column's inputs next to each other. For pack_rows: inputs rows,
    /// `row_stride` from one to the next.
    const float *weights;
    ptrdiff_t row_stride;
    ptrdiff_t inputs;
    /// At most `panel_columns`.
    ptrdiff_t columns;
    /// Factors of the weights: for pack_columns one for each input, for pack_rows one for each column. NULL: 1.
    const float *scale;
    /// For pack_columns: a value added to each input before the product; its product with the weights is therefore added to
    /// each column's bias. NULL: 0.
    const float *shift;
    float *bias;
    /// For pack_rows without `scale`: each row is multiplied by its scale times the factor. NULL: 1.
    const float *row_scale;
    float factor;
    /// inputs × panel_columns.
    float *panel;
} ckernels_packing;

/// From the sums over positions of a product's gradient times normalised values (before the norm's scale and shift) to the
/// gradients of the product's weights and of the norm's parameters: for each row
///     out += gamma * sums + beta * total, gamma_out += weights * sums, beta_out += weights * total
typedef struct {
    const float *sums;
    const float *weights;
    float *out;
    /// From row to row of `sums`, `weights` and `out`.
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

/// A step of stochastic gradient descent for `count` parameters:
///     g = gradient * gradient_scale + decay * parameter, v = momentum * velocity + g
///     parameter = parameter - rate * (nesterov ? g + momentum * v : v)
typedef struct {
    ptrdiff_t count;
    const float *gradient;
    float gradient_scale;
    float *parameter;
    float *velocity;
    float decay;
    float momentum;
    float rate;
    bool nesterov;
} ckernels_sgd;

/// The kernels of one instruction set.
typedef struct {
    const char *name;
    /// The columns of a panel of weights, and the rows of a product's tile: row counts that are its multiples are fastest.
    ptrdiff_t panel_columns;
    ptrdiff_t tile_rows;
    void (*product)(const ckernels_product *product);
    void (*outer)(const ckernels_outer *outer);
    void (*winograd_input)(const ckernels_winograd_input *input);
    void (*winograd_output)(const ckernels_winograd_output *output);
    void (*depthwise)(const ckernels_depthwise *depthwise);
    void (*depthwise_gradient)(const ckernels_depthwise_gradient *gradient);
    void (*depthwise_input_gradient)(const ckernels_depthwise_input_gradient *gradient);
    void (*layer_norm)(const ckernels_layer_norm *norm);
    void (*layer_norm_gradient)(const ckernels_layer_norm_gradient *gradient);
    void (*affine)(const ckernels_row_affine *affine);
    void (*affine_gradient)(const ckernels_row_affine_gradient *gradient);
    void (*moments)(const ckernels_moments *moments);
    void (*batch_norm_gradient)(const ckernels_batch_norm_gradient *gradient);
    void (*maxima)(const ckernels_maxima *maxima);
    void (*powers)(const ckernels_powers *powers);
    void (*powers_gradient)(const ckernels_powers_gradient *gradient);
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
    void (*sgd)(const ckernels_sgd *step);
} ckernels_float_kernels;

/// The plain scalar kernels in double precision that every other set is checked against.
extern const ckernels_float_kernels ckernels_float_reference;

/// The kernels of an instruction set; NULL where this CPU lacks it.
const ckernels_float_kernels *ckernels_float_kernels_for(ckernels_instruction_set set);

/// The portable kernels with products by OpenBLAS's sgemm, one thread in each call, in the whole process. The first call opens
/// the library, which stays open until the process ends.
///
/// - path: the library's file, or its name where the loader finds it: libopenblas.so.0. Later calls have the first's.
/// - message: why there are none, in one line.
/// Returns NULL where there is no OpenBLAS that several threads may call.
const ckernels_float_kernels *ckernels_float_openblas(const char *path, cmessage *message);

#endif
