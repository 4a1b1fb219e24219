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
} ckernels_product;

/// A depthwise convolution of 7 × 7 with zeros around the image, for `count` columns of one row.
typedef struct {
    const float *image;
    ptrdiff_t rows;
    ptrdiff_t columns;
    ptrdiff_t channels;
    /// 49 × channels: the taps in rows, each with a weight for every channel.
    const float *weights;
    const float *bias;
    ptrdiff_t row;
    ptrdiff_t first_column;
    ptrdiff_t count;
    float *out;
    ptrdiff_t out_stride;
} ckernels_depthwise;

/// Normalisation of each row over its channels: out = (value - mean) / sqrt(variance + epsilon) * gamma + beta, with
/// the variance of the row itself (divided by the number of channels). `out` may be `rows`.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    const float *gamma;
    const float *beta;
    float epsilon;
    float *out;
    ptrdiff_t out_stride;
} ckernels_layer_norm;

/// The kernels of one instruction set.
typedef struct {
    const char *name;
    /// How many columns a panel of weights has, and how many rows a tile of a product: row counts that are multiples
    /// of it are fastest.
    ptrdiff_t panel_columns;
    ptrdiff_t tile_rows;
    void (*product)(const ckernels_product *product);
    void (*depthwise)(const ckernels_depthwise *depthwise);
    void (*layer_norm)(const ckernels_layer_norm *norm);
    /// Adds `row_count` rows of `channels` values, in order, to `sums`.
    void (*add_rows)(const float *rows, ptrdiff_t row_count, ptrdiff_t channels, float *sums);
} ckernels_float_kernels;

/// The plain scalar kernels in double precision that every other set is checked against.
extern const ckernels_float_kernels ckernels_float_reference;

/// The kernels of an instruction set that this CPU has; NULL where it has not.
const ckernels_float_kernels *ckernels_float_kernels_for(ckernels_instruction_set set);

#endif
