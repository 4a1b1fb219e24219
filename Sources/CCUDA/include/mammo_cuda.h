/// The plugin that computes on an NVIDIA card, as plain C: Sources/CUDA is one implementation, compiled by nvcc for cards
/// (libmammo_cuda.so) and by a host compiler with fibres for threads (libmammo_cuda_emulated.so).
///
/// The one symbol a plugin exports is `mammo_cuda_plugin`, which gives a table of functions. Each returns
/// `mammo_cuda_ok` or why not, and `message` then says it in a line. No function throws, exits, or prints.
///
/// Tensors are N·H·W rows of C values, channels next to each other. What a network's layers pass on to each other (the
/// residual stream), parameters, gradients of parameters and statistics are fp32; what lies between the operations of a
/// layer is stored in the precision that `type` names. Sums are fp32 at least. No operation uses atomics where order would
/// change a result: a call gives the same bits every time.
///
/// Work is ordered by streams; a call returns before its work is done unless it says otherwise.
#ifndef MAMMO_CUDA_H
#define MAMMO_CUDA_H

#include "mammo_cuda_types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mammo_cuda_table {
    /// MAMMO_CUDA_VERSION of the plugin.
    int version;
    /// What the calling thread's last failed call has to say: one line.
    const char *(*message)(void);

    // What the plugin was built for
    /// The architectures it contains code for: "sm_75 sm_80 sm_90 compute_90", the last of which newer devices compile.
    const char *architectures;
    /// The CUDA toolkit that built it: 13000 for 13.0.
    int toolkit;

    // Devices
    /// The newest CUDA that the driver supports: 12040 for 12.4; 0 where there is no driver.
    mammo_cuda_status (*driver_version)(int *version);
    /// Zero devices and `mammo_cuda_no_driver` where there is no driver, or one older than the plugin needs.
    mammo_cuda_status (*device_count)(int *count);
    mammo_cuda_status (*device_properties)(int device, mammo_cuda_properties *out);
    /// Finds the library that `open` and `group_id` would use; `folder` may be null, and is searched first.
    mammo_cuda_status (*find_library)(mammo_cuda_library, const char *folder, mammo_cuda_library_place *out);
    /// Opens a device. `folder` is where cuBLASLt and NCCL are searched for first; it may be null.
    mammo_cuda_status (*open)(int device, const char *folder, mammo_cuda_context **out);
    void (*close)(mammo_cuda_context *);

    // Memory. Device memory goes back to the context's pool, in the order of the compute stream, and is given out again
    // without asking the driver. Without pools each allocation asks the driver and each release waits for the device.
    /// Where memory does not suffice, the pool is trimmed and the allocation tried once more.
    mammo_cuda_status (*allocate)(mammo_cuda_context *, size_t bytes, void **out);
    /// Reports what an earlier kernel or copy did wrong, where that is noticed here.
    mammo_cuda_status (*release)(mammo_cuda_context *, void *);
    /// Bytes that are free on the device, those that the pool holds unused included, and all of them.
    mammo_cuda_status (*memory)(mammo_cuda_context *, size_t *free_bytes, size_t *total_bytes);
    /// Page-locked memory of the host, which copies run beside the work from.
    mammo_cuda_status (*allocate_host)(mammo_cuda_context *, size_t bytes, void **out);
    mammo_cuda_status (*release_host)(mammo_cuda_context *, void *);
    /// From and to the host. From memory that is not page-locked the call returns when the source may be changed.
    mammo_cuda_status (*upload)(mammo_cuda_context *, mammo_cuda_stream, void *device, const void *host, size_t bytes);
    mammo_cuda_status (*download)(mammo_cuda_context *, mammo_cuda_stream, void *host, const void *device, size_t bytes);
    mammo_cuda_status (*copy)(mammo_cuda_context *, void *to, const void *from, size_t bytes);
    mammo_cuda_status (*clear)(mammo_cuda_context *, void *device, size_t bytes);

    // Order
    mammo_cuda_status (*make_event)(mammo_cuda_context *, mammo_cuda_event **out);
    mammo_cuda_status (*release_event)(mammo_cuda_context *, mammo_cuda_event *);
    /// The event is what `stream` has been given so far.
    mammo_cuda_status (*record)(mammo_cuda_context *, mammo_cuda_event *, mammo_cuda_stream);
    /// What `stream` is given from now on begins after the event.
    mammo_cuda_status (*wait)(mammo_cuda_context *, mammo_cuda_event *, mammo_cuda_stream);
    /// Returns when the event has come; at once where it was never recorded.
    mammo_cuda_status (*wait_on_host)(mammo_cuda_context *, mammo_cuda_event *);
    /// Milliseconds between two events that have come and were recorded in one stream: where the second was recorded when the
    /// stream had nothing to do any more, how long that was.
    mammo_cuda_status (*elapsed)(mammo_cuda_context *, mammo_cuda_event *from, mammo_cuda_event *to, float *milliseconds);
    /// Returns when all that the streams have been given is done.
    mammo_cuda_status (*synchronise)(mammo_cuda_context *);

    // Graphs. Between `begin_graph` and `end_graph`, by one thread, what the compute stream is given is not done but captured, with
    // the addresses that it has then. Memory that is allocated meanwhile is the graph's own and has to be released before the end;
    // nothing else may be released, read back or waited for. Operations have to have been made once before, with the same extents.
    // Refused with `mammo_cuda_unsupported`: what cannot be captured, and graphs where there are no memory pools. The context is
    // then as it was, once `end_graph` was called.
    mammo_cuda_status (*begin_graph)(mammo_cuda_context *);
    mammo_cuda_status (*end_graph)(mammo_cuda_context *, mammo_cuda_graph **out);
    /// Gives the compute stream all of it.
    mammo_cuda_status (*launch_graph)(mammo_cuda_context *, mammo_cuda_graph *);
    /// Waits for the streams.
    mammo_cuda_status (*release_graph)(mammo_cuda_context *, mammo_cuda_graph *);

    // Operations, in the compute stream.
    /// Gray values of N×H×W to N×H×W×3 of (gray / 255 - mean[c]) / deviation[c]. `flips` has a value for each image on the
    /// device, or is null: bit 0 left and right, bit 1 top and bottom.
    mammo_cuda_status (*gray_input)(
        mammo_cuda_context *, const uint8_t *gray, const uint8_t *flips, const float mean[3], const float deviation[3],
        mammo_cuda_shape input, float *out);
    /// MixUp: image i of out is (1 - own) times the one before it of in, the last for the first, and own times image i. Each
    /// product and the sum are rounded to fp32 by themselves, as by the host. `shape` is out's, which may have fewer images.
    mammo_cuda_status (*mix)(
        mammo_cuda_context *, const float *in, int in_images, float own, float *out, mammo_cuda_shape shape);
    mammo_cuda_status (*convert)(
        mammo_cuda_context *, const void *from, mammo_cuda_type from_type, void *to, mammo_cuda_type to_type,
        int64_t count);
    mammo_cuda_status (*product)(mammo_cuda_context *, const mammo_cuda_product *);
    /// Where `tunes` is not 0, a product that has no choice yet is computed by several of cuBLASLt's algorithms, each several times,
    /// before it is computed; it then has the one with the least median time. Until that is asked for, the first of
    /// cuBLASLt's own search computes, which is the same in all runs. The call of a product that is timed waits for the device.
    mammo_cuda_status (*tune_products)(mammo_cuda_context *, int tunes);
    /// The version of the cuBLASLt that multiplies, as it reports it: 130100 for 13.1.0.
    mammo_cuda_status (*product_library)(mammo_cuda_context *, int *version);
    /// How many choices there are, and the first `room` of them.
    mammo_cuda_status (*export_choices)(mammo_cuda_context *, mammo_cuda_choice *out, int room, int *count);
    /// Computes products by these choices from now on, in place of others for the same products. One that cuBLASLt does not take
    /// is left out.
    mammo_cuda_status (*import_choices)(mammo_cuda_context *, const mammo_cuda_choice *, int count);

    // Products with what comes after them, whose values are those of the two operations one after the other: the product is
    // rounded to its type first. With 16-bit values, from sm_75 on (bf16: sm_80), extents and strides that are multiples of
    // eight, and addresses that are of 16 bytes, one kernel computes both and the product itself is written only where it is
    // kept; otherwise it is computed as by `product`. Rows of `out` have no gap between them, and alpha is 1, beta 0.
    //
    /// activated = GELU(product + bias). The product is kept where its `out` is not null, which is not `activated`. In the
    /// fused kernel b is transposed.
    mammo_cuda_status (*product_gelu)(
        mammo_cuda_context *, const mammo_cuda_product *, const float *bias, void *activated);
    /// out = product · GELU'(hidden + bias), of which the sums over rows are added to bias_gradient, taken before rounding; and
    /// activated = GELU(hidden + bias), which may be `hidden`. In the fused kernel b is not transposed.
    mammo_cuda_status (*product_gelu_gradient)(
        mammo_cuda_context *, const mammo_cuda_product *, const void *hidden, const float *bias, void *activated,
        float *bias_gradient);
    /// As `residual` of the branch that the product is, which is kept where its `out` is not null. In the fused kernel b is
    /// transposed.
    mammo_cuda_status (*product_residual)(
        mammo_cuda_context *, const mammo_cuda_product *, const float *stream, const int32_t *images, const float *bias,
        const float *scale, float factor, float *out, mammo_cuda_shape branch_shape);
    /// As `affine`, whose `in` is the product; the product's `out` is null, and its type may be fp32. In the fused kernel b is
    /// transposed, scales are not of each image, there are no factors, and to a product in fp32 a shift alone is added.
    mammo_cuda_status (*product_affine)(
        mammo_cuda_context *, const mammo_cuda_product *, const mammo_cuda_affine *);

    /// Depthwise convolutions with a kernel of 3 or 5 rows and columns and a stride of 1 or 2, or of 7 with one of 1 and without an
    /// activation, and (kernel - 1) / 2 zeros on each side; others are refused with `mammo_cuda_unsupported`. `in_shape` has as many images as the convolution's output.
    /// `images` (on the device, or null: all in order) has the number in the stream of each of them.
    ///
    /// out = activation(the convolution of in + bias). Taps are kernel × kernel × C; bias may be null.
    mammo_cuda_status (*depthwise)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, const int32_t *images, int kernel, int stride,
        const float *taps, const float *bias, mammo_cuda_activation, void *out, mammo_cuda_type out_type,
        mammo_cuda_shape in_shape);
    /// The gradient of the input, of which `images` are taken; it is added to what is there where `adds` is not 0.
    mammo_cuda_status (*depthwise_input_gradient)(
        mammo_cuda_context *, const void *gradient, mammo_cuda_type type, const int32_t *images, int kernel, int stride,
        const float *taps, void *input_gradient, mammo_cuda_type input_gradient_type, int adds, mammo_cuda_shape in_shape);
    /// Adds to taps_gradient (kernel × kernel × C) and, where it is not null, to bias_gradient (C).
    mammo_cuda_status (*depthwise_weight_gradient)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, const int32_t *images, const void *gradient,
        mammo_cuda_type type, int kernel, int stride, float *taps_gradient, float *bias_gradient,
        mammo_cuda_shape in_shape);

    /// A convolution, and what `affine` makes of its sums, which are rounded to `sums` first: the type of the operands, or fp32. The
    /// weights are outputs × kernel · kernel × C, in the operands' type. In 16 bits, with channels and outputs that are multiples of
    /// eight, the patches are read from the images; otherwise they are gathered. Neither `out` nor `copy` may be what is
    /// convolved, here and in the gradient, unless that is converted.
    mammo_cuda_status (*convolution)(
        mammo_cuda_context *, const mammo_cuda_convolution *, const void *weights, mammo_cuda_type sums,
        const mammo_cuda_affine *);
    /// What `affine` makes of the input's gradient, in the operands' type. The weights are outputs × C × kernel · kernel.
    mammo_cuda_status (*convolution_input_gradient)(
        mammo_cuda_context *, const mammo_cuda_convolution *, const float *weights, const void *gradient,
        mammo_cuda_type gradient_type, const mammo_cuda_affine *);
    /// Adds to weights_gradient (outputs × C × kernel · kernel).
    mammo_cuda_status (*convolution_weight_gradient)(
        mammo_cuda_context *, const mammo_cuda_convolution *, const void *gradient, mammo_cuda_type gradient_type,
        float *weights_gradient);

    /// Normalises rows of C. `statistics` (rows × 2: mean, one over the deviation) may be null.
    mammo_cuda_status (*layer_norm)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, const float *gamma, const float *beta,
        float epsilon, void *out, mammo_cuda_type out_type, float *statistics, int64_t rows, int channels);
    /// Adds to gamma_gradient and beta_gradient; input_gradient may be `gradient`. Where `normal` is not null it becomes the
    /// normalised rows again, stored as `in`, which it may be; beta is needed for nothing else.
    mammo_cuda_status (*layer_norm_gradient)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, const float *statistics, const float *gamma,
        const float *beta, const void *gradient, mammo_cuda_type gradient_type, void *input_gradient,
        mammo_cuda_type input_gradient_type, void *normal, float *gamma_gradient, float *beta_gradient, int64_t rows,
        int channels);

    /// out = GELU(in + bias) with the exact erf; in 16 bits within 1e-5 of it as a share of it, before it is rounded. `out` may
    /// be `in`.
    mammo_cuda_status (*gelu)(
        mammo_cuda_context *, const void *in, const float *bias, void *out, mammo_cuda_type, int64_t rows, int channels);
    /// gradient · GELU'(in + bias), in place; adds its sums over rows to bias_gradient. Where `activated` is not null it becomes
    /// GELU(in + bias), and may be `in`.
    mammo_cuda_status (*gelu_gradient)(
        mammo_cuda_context *, const void *in, const float *bias, void *gradient, void *activated, mammo_cuda_type,
        float *bias_gradient, int64_t rows, int channels);

    /// Adds the sums over rows to out.
    mammo_cuda_status (*column_sums)(
        mammo_cuda_context *, const void *in, mammo_cuda_type, int64_t rows, int channels, float *out);

    /// out = stream + factor · scale · (branch + bias) for the images of the branch; out may be stream. The other images
    /// of out are not written.
    mammo_cuda_status (*residual)(
        mammo_cuda_context *, const float *stream, const int32_t *images, const void *branch, mammo_cuda_type,
        const float *bias, const float *scale, float factor, float *out, mammo_cuda_shape branch_shape);
    /// branch_gradient = factor · scale · gradient; adds factor · Σ gradient · (branch + bias) to scale_gradient and the
    /// sums of branch_gradient over rows, taken before rounding, to bias_gradient. branch_gradient may be branch.
    mammo_cuda_status (*residual_gradient)(
        mammo_cuda_context *, const float *gradient, const int32_t *images, const void *branch, mammo_cuda_type,
        const float *bias, const float *scale, float factor, void *branch_gradient, float *scale_gradient,
        float *bias_gradient, mammo_cuda_shape branch_shape);

    /// A patch for each output of a convolution, as a row of kernel·kernel·C: in the order patch row, patch column, channel,
    /// with zeros for what lies outside the image. What is left over at the right and at the bottom takes no part.
    mammo_cuda_status (*gather_patches)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, mammo_cuda_window, void *out,
        mammo_cuda_type out_type, mammo_cuda_shape in_shape);
    /// The way back: every value of out is written, the sum of what all patches have of it, zero where no patch lies.
    mammo_cuda_status (*scatter_patches)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, mammo_cuda_window, void *out,
        mammo_cuda_type out_type, mammo_cuda_shape out_shape);
    /// outputs × C × side·side as outputs × side·side × C, converted; or back, added to `to`, where `back` is not 0. The taps
    /// of a depthwise convolution, C × 7·7, are one output's.
    mammo_cuda_status (*patch_order)(
        mammo_cuda_context *, const void *from, mammo_cuda_type from_type, void *to, mammo_cuda_type to_type, int outputs,
        int channels, int taps, int back);

    /// See the structure. Scales, shifts, factors and the residual are fp32.
    mammo_cuda_status (*affine)(mammo_cuda_context *, const mammo_cuda_affine *);

    /// The sums over rows of x and then of x² for each channel: 2 × C. Eight rows at a time are added up in fp32, and those sums
    /// in double precision.
    mammo_cuda_status (*batch_moments)(
        mammo_cuda_context *, const void *in, mammo_cuda_type, int64_t rows, int channels, double *sums);
    /// From the sums over `count` positions to mean, inverse, scale and shift; where `updates` is not 0 the running statistics
    /// are moved by the momentum, with the unbiased variance, and the counter by one. Without sums (null) the running
    /// statistics are used.
    mammo_cuda_status (*batch_statistics)(
        mammo_cuda_context *, const double *sums, double count, const mammo_cuda_batch_norm *, int updates);
    /// With s = gradient · activation'(in · scale + shift) and n = (in - mean) · inverse, the sums over rows of s and then of
    /// s · n for each channel: 2 × C, as `batch_moments` adds up; adds the second to gamma_gradient and the first to
    /// beta_gradient, which may be null.
    mammo_cuda_status (*batch_slopes)(
        mammo_cuda_context *, const mammo_cuda_slopes *, double *sums, float *gamma_gradient, float *beta_gradient);
    /// The input's gradient, from those sums over `count` positions: scale · (s - sums[0] / count - n · sums[1] / count).
    /// Without sums (null), where mean and inverse are those of other images: scale · s. `out` may be the gradient where the
    /// types are the same.
    mammo_cuda_status (*batch_gradient)(
        mammo_cuda_context *, const mammo_cuda_slopes *, const double *sums, double count, void *out,
        mammo_cuda_type out_type);
    /// N×C sums over the positions of an image of a · b.
    mammo_cuda_status (*image_products)(
        mammo_cuda_context *, const void *a, mammo_cuda_type a_type, const void *b, mammo_cuda_type b_type, float *out,
        mammo_cuda_shape shape);

    /// N×C means over the positions of an image, and back.
    mammo_cuda_status (*mean)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, float *out, mammo_cuda_shape in_shape);
    mammo_cuda_status (*mean_gradient)(
        mammo_cuda_context *, const float *gradient, float *input_gradient, mammo_cuda_shape in_shape);
    /// N×C largest values over the positions of an image, NaN where one is. `places` (N×C, or null) has the position within its
    /// image that each comes from: the first of equal ones, the last that is NaN.
    mammo_cuda_status (*maxima)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, float *out, int32_t *places,
        mammo_cuda_shape in_shape);
    /// Every value of input_gradient is written: the gradient at its place, zero elsewhere.
    mammo_cuda_status (*maxima_gradient)(
        mammo_cuda_context *, const float *gradient, const int32_t *places, float *input_gradient,
        mammo_cuda_shape in_shape);
    /// N×C generalised means over the positions of an image: mean(max(x, epsilon)^p)^(1/p), NaN where an x is not finite. The
    /// exponent p is one value on the device, not 0; epsilon is above 0. `slopes` (N×C, or null) are the means' derivatives by
    /// p. Powers are held within 2^±126 and added up in double precision; a mean is within 3e-7 of its value.
    mammo_cuda_status (*generalised_mean)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, const float *exponent, float epsilon, float *out,
        float *slopes, mammo_cuda_shape in_shape);
    /// The way back, from the means and their slopes. What is null is not wanted: input_gradient, of which every value is
    /// written, zero where x < epsilon; exponent_gradient, to which Σ gradient · slope is added.
    mammo_cuda_status (*generalised_mean_gradient)(
        mammo_cuda_context *, const void *in, mammo_cuda_type in_type, const float *exponent, float epsilon,
        const float *means, const float *slopes, const float *gradient, float *input_gradient,
        float *exponent_gradient, mammo_cuda_shape in_shape);
    /// LayerNorm of rows of C (epsilon 1e-6), then one logit for each: gamma, beta, weights have C values, bias one.
    mammo_cuda_status (*head)(
        mammo_cuda_context *, const float *pooled, const float *gamma, const float *beta, const float *weights,
        const float *bias, float *logits, int images, int channels);
    /// From slopes (images) to pooled_gradient; adds to the gradients of the parameters.
    mammo_cuda_status (*head_gradient)(
        mammo_cuda_context *, const float *pooled, const float *gamma, const float *beta, const float *weights,
        const float *slopes, float *pooled_gradient, float *gamma_gradient, float *beta_gradient,
        float *weights_gradient, float *bias_gradient, int images, int channels);

    /// The loss's derivative by each logit, and the sum of the losses, in double precision and in the order of the images; labels
    /// are 0 to 1. What the host computes, operation by operation, but for exp, log1p and pow, which may be off by two of double
    /// precision's last digits.
    mammo_cuda_status (*loss)(
        mammo_cuda_context *, const float *logits, const float *labels, int images, const mammo_cuda_loss *,
        float *slopes, double *sum);

    // All parameters in one launch. `segments` lie on the host and may be changed when the call has returned.
    mammo_cuda_status (*adamw)(
        mammo_cuda_context *, const mammo_cuda_segment *segments, int count, const mammo_cuda_adamw *);
    /// g = gradient · gradient_scale + decay · parameter; mean = momentum · mean + g; parameter -= step_size · mean, or with
    /// Nesterov's step_size · (g + momentum · mean).
    mammo_cuda_status (*sgd)(
        mammo_cuda_context *, const mammo_cuda_segment *segments, int count, const mammo_cuda_sgd *);
    mammo_cuda_status (*clear_gradients)(mammo_cuda_context *, const mammo_cuda_segment *segments, int count);
    /// gradient *= factor; found[0] becomes 1 where a gradient was not finite, and is left as it is otherwise.
    mammo_cuda_status (*unscale)(
        mammo_cuda_context *, const mammo_cuda_segment *segments, int count, float factor, int32_t *found);
    /// The sum of the squares of all gradients, in double precision and one fixed order.
    mammo_cuda_status (*squares)(
        mammo_cuda_context *, const mammo_cuda_segment *segments, int count, double *out);
    /// mean += share · (parameter - mean): an average of the parameters.
    mammo_cuda_status (*approach)(
        mammo_cuda_context *, const mammo_cuda_segment *segments, int count, float share);

    // Several processes, by NCCL, which is opened when it is asked for.
    /// `folder` as for `open`.
    mammo_cuda_status (*group_id)(const char *folder, char id[128]);
    mammo_cuda_status (*join_group)(
        mammo_cuda_context *, const char id[128], int rank, int ranks, mammo_cuda_group **out);
    void (*leave_group)(mammo_cuda_context *, mammo_cuda_group *);
    /// Sums values over all ranks, in place. All calls for a group are made in one stream, in the same order by all ranks.
    mammo_cuda_status (*all_reduce)(
        mammo_cuda_context *, mammo_cuda_group *, mammo_cuda_stream, float *values, int64_t count);
} mammo_cuda_table;

/// The plugin's table, which lives as long as the library is open.
typedef const mammo_cuda_table *(*mammo_cuda_plugin_function)(void);
#define MAMMO_CUDA_PLUGIN_SYMBOL "mammo_cuda_plugin"

#ifdef __cplusplus
}
#endif
#endif
