// The operations of mammo_cuda.h, one file each; table.cu puts them into the table.
#pragma once

#include "mammo_cuda.h"

namespace mammo_cuda {

using status = mammo_cuda_status;
using context = mammo_cuda_context;
using type = mammo_cuda_type;
using shape = mammo_cuda_shape;
using segment = mammo_cuda_segment;
using window = mammo_cuda_window;
using activation = mammo_cuda_activation;

status gray_input(
    context *, const uint8_t *gray, const uint8_t *flips, const float mean[3], const float deviation[3], shape input,
    float *out);
status mix(context *, const float *in, int in_images, float own, float *out, shape);
status convert(context *, const void *from, type from_type, void *to, type to_type, int64_t count);
status product(context *, const mammo_cuda_product *);
status product_gelu(context *, const mammo_cuda_product *, const float *bias, void *activated);
status product_gelu_gradient(
    context *, const mammo_cuda_product *, const void *hidden, const float *bias, void *activated, float *bias_gradient);
status product_residual(
    context *, const mammo_cuda_product *, const float *stream, const int32_t *images, const float *bias,
    const float *scale, float factor, float *out, shape branch_shape);
status product_affine(context *, const mammo_cuda_product *, const mammo_cuda_affine *);
/// By the plugin's own kernel, whatever libraries there are; the types are supported.
status plain_product(context *, const mammo_cuda_product *);
status tune_products(context *, int tunes);
status product_library(context *, int *version);
status export_choices(context *, mammo_cuda_choice *out, int room, int *count);
status import_choices(context *, const mammo_cuda_choice *, int count);

status depthwise(
    context *, const void *in, type in_type, const int32_t *images, int kernel, int stride, const float *taps,
    const float *bias, activation, void *out, type out_type, shape in_shape);
status depthwise_input_gradient(
    context *, const void *gradient, type, const int32_t *images, int kernel, int stride, const float *taps,
    void *input_gradient, type input_gradient_type, int adds, shape in_shape);
/// With a stride of 2.
status depthwise_spread_gradient(
    context *, const void *gradient, type, const int32_t *images, int kernel, const float *taps, void *input_gradient,
    type input_gradient_type, int adds, shape in_shape);
status depthwise_weight_gradient(
    context *, const void *in, type in_type, const int32_t *images, const void *gradient, type, int kernel, int stride,
    float *taps_gradient, float *bias_gradient, shape in_shape);

status convolution(
    context *, const mammo_cuda_convolution *, const void *weights, type sums, const mammo_cuda_affine *);
status convolution_input_gradient(
    context *, const mammo_cuda_convolution *, const float *weights, const void *gradient, type gradient_type,
    const mammo_cuda_affine *);
status convolution_weight_gradient(
    context *, const mammo_cuda_convolution *, const void *gradient, type gradient_type, float *weights_gradient);

status layer_norm(
    context *, const void *in, type in_type, const float *gamma, const float *beta, float epsilon, void *out,
    type out_type, float *statistics, int64_t rows, int channels);
status layer_norm_gradient(
    context *, const void *in, type in_type, const float *statistics, const float *gamma, const float *beta,
    const void *gradient, type gradient_type, void *input_gradient, type input_gradient_type, void *normal,
    float *gamma_gradient, float *beta_gradient, int64_t rows, int channels);

status gelu(context *, const void *in, const float *bias, void *out, type, int64_t rows, int channels);
status gelu_gradient(
    context *, const void *in, const float *bias, void *gradient, void *activated, type, float *bias_gradient,
    int64_t rows, int channels);
status column_sums(context *, const void *in, type, int64_t rows, int channels, float *out);

status residual(
    context *, const float *stream, const int32_t *images, const void *branch, type, const float *bias,
    const float *scale, float factor, float *out, shape branch_shape);
status residual_gradient(
    context *, const float *gradient, const int32_t *images, const void *branch, type, const float *bias,
    const float *scale, float factor, void *branch_gradient, float *scale_gradient, float *bias_gradient,
    shape branch_shape);

status gather_patches(context *, const void *in, type in_type, window, void *out, type out_type, shape in_shape);
status scatter_patches(context *, const void *in, type in_type, window, void *out, type out_type, shape out_shape);
status patch_order(
    context *, const void *from, type from_type, void *to, type to_type, int outputs, int channels, int taps, int back);

/// outputs × C × taps as C × taps × outputs, of which the last tap is the first: the weights of the convolution that is the gradient of
/// a convolution's input.
status reversed_order(context *, const float *from, void *to, type to_type, int outputs, int channels, int taps);

status affine(context *, const mammo_cuda_affine *);
status batch_moments(context *, const void *in, type, int64_t rows, int channels, double *sums);
status batch_statistics(
    context *, const double *sums, double count, const mammo_cuda_batch_norm *, int updates);
status batch_slopes(
    context *, const mammo_cuda_slopes *, double *sums, float *gamma_gradient, float *beta_gradient);
status batch_gradient(
    context *, const mammo_cuda_slopes *, const double *sums, double count, void *out, type out_type);
status image_products(
    context *, const void *a, type a_type, const void *b, type b_type, float *out, shape shape);

status mean(context *, const void *in, type in_type, float *out, shape in_shape);
status mean_gradient(context *, const float *gradient, float *input_gradient, shape in_shape);
status maxima(context *, const void *in, type in_type, float *out, int32_t *places, shape in_shape);
status maxima_gradient(
    context *, const float *gradient, const int32_t *places, float *input_gradient, shape in_shape);
status generalised_mean(
    context *, const void *in, type in_type, const float *exponent, float epsilon, float *out, float *slopes,
    shape in_shape);
status generalised_mean_gradient(
    context *, const void *in, type in_type, const float *exponent, float epsilon, const float *means,
    const float *slopes, const float *gradient, float *input_gradient, float *exponent_gradient, shape in_shape);
status head(
    context *, const float *pooled, const float *gamma, const float *beta, const float *weights, const float *bias,
    float *logits, int images, int channels);
status head_gradient(
    context *, const float *pooled, const float *gamma, const float *beta, const float *weights, const float *slopes,
    float *pooled_gradient, float *gamma_gradient, float *beta_gradient, float *weights_gradient, float *bias_gradient,
    int images, int channels);

status loss(
    context *, const float *logits, const float *labels, int images, const mammo_cuda_loss *, float *slopes, double *sum);

status adamw(context *, const segment *segments, int count, const mammo_cuda_adamw *);
status sgd(context *, const segment *segments, int count, const mammo_cuda_sgd *);
status clear_gradients(context *, const segment *segments, int count);
status unscale(context *, const segment *segments, int count, float factor, int32_t *found);
status squares(context *, const segment *segments, int count, double *out);
status approach(context *, const segment *segments, int count, float share);

}  // namespace mammo_cuda
