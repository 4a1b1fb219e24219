// Parameters of what is computed over rows of channels: norms, affine maps, sums and pools (cfloatkernels.h).
#ifndef CROWKERNELS_H
#define CROWKERNELS_H

#include "cproductkernels.h"

#include <stddef.h>

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

#endif
