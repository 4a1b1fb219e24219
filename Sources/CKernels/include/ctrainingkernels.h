// Parameters of what training alone computes: panels of weights, gradients of products, steps of the optimizers (cfloatkernels.h).
#ifndef CTRAININGKERNELS_H
#define CTRAININGKERNELS_H

#include <stdbool.h>
#include <stddef.h>

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

#endif
