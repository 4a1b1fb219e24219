// Parameters of the depthwise convolutions, forwards and backwards (cfloatkernels.h).
#ifndef CDEPTHWISEKERNELS_H
#define CDEPTHWISEKERNELS_H

#include "cproductkernels.h"

#include <stdbool.h>
#include <stddef.h>

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

#endif
