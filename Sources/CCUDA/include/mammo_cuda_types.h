/// What the functions of mammo_cuda.h take and give: kinds, sizes, and what an operation is made of.
#ifndef MAMMO_CUDA_TYPES_H
#define MAMMO_CUDA_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Changes with each change to the interface.
#define MAMMO_CUDA_VERSION 9

typedef enum mammo_cuda_status {
    mammo_cuda_ok = 0,
    /// No driver, or one older than the plugin needs.
    mammo_cuda_no_driver = 1,
    /// A driver, but no such device, or one that the plugin contains no code for.
    mammo_cuda_no_device = 2,
    mammo_cuda_out_of_memory = 3,
    /// A library that is opened at run time (cuBLASLt, NCCL) is missing or refuses.
    mammo_cuda_no_library = 4,
    /// Anything else that CUDA reports; the context cannot be used any more.
    mammo_cuda_failed = 5,
    /// The operation does not exist in these types, or not on this device. The context is still usable.
    mammo_cuda_unsupported = 6
} mammo_cuda_status;

/// How values between a layer's operations are stored.
typedef enum mammo_cuda_type { mammo_cuda_fp32 = 0, mammo_cuda_fp16 = 1, mammo_cuda_bf16 = 2 } mammo_cuda_type;

/// Where work is put in order: what computes, and beside it what copies and what is exchanged with other devices.
typedef enum mammo_cuda_stream {
    mammo_cuda_compute = 0,
    mammo_cuda_copy = 1,
    mammo_cuda_exchange = 2
} mammo_cuda_stream;

/// One device, its streams, its library handles and its scratch memory. Calls for one context come from one thread at
/// a time, but for `wait_on_host`: a thread may wait while others call.
typedef struct mammo_cuda_context mammo_cuda_context;
typedef struct mammo_cuda_event mammo_cuda_event;
/// Work that was captured, to be given to the device again as a whole.
typedef struct mammo_cuda_graph mammo_cuda_graph;
/// A rank's place in an all-reduce over processes.
typedef struct mammo_cuda_group mammo_cuda_group;

typedef struct mammo_cuda_properties {
    char name[256];
    uint64_t memory_bytes;
    /// Compute capability: 7 and 5 for sm_75.
    int major, minor;
    int multiprocessors;
    /// Clocks in kHz and the width of the memory bus in bits, as the driver reports them; 0 where it does not.
    int clock_khz, memory_clock_khz, memory_bus_bits;
    /// Bytes of the second level cache.
    int cache_bytes;
    /// Non-zero where memory comes from a pool (cudaMallocFromPoolAsync); otherwise each allocation asks the driver.
    int memory_pools;
    /// Non-zero where threads are fibres on the host.
    int emulated;
    /// Why the plugin cannot use this device, in one line that says what to do; empty where it can.
    char refusal[512];
} mammo_cuda_properties;

/// A library of NVIDIA's that the plugin opens at run time.
typedef enum mammo_cuda_library { mammo_cuda_cublaslt = 0, mammo_cuda_nccl = 1 } mammo_cuda_library;

/// Where a library was found.
typedef struct mammo_cuda_library_place {
    /// The file, or the name that the loader resolved.
    char path[1024];
    /// As the library reports it: 130100 for cuBLASLt 13.1.0, 22803 for NCCL 2.28.3.
    int version;
} mammo_cuda_library_place;

/// N images of H rows and W columns of C channels.
typedef struct mammo_cuda_shape {
    int images, rows, columns, channels;
} mammo_cuda_shape;

/// Which positions of an image make an output's: `kernel` rows and columns, of which the first are those of the output times
/// `stride` less `padding`; zeros lie around the image. Along an axis there are (extent + 2 · padding - kernel) / stride + 1
/// outputs, and none where the image with its zeros is smaller than the kernel.
typedef struct mammo_cuda_window {
    int kernel, stride, padding;
} mammo_cuda_window;

/// A function of each value: x; x · Φ(x) by the exact erf; x · σ(x); σ(x) = 1 / (1 + exp(-x)).
typedef enum mammo_cuda_activation {
    mammo_cuda_identity = 0,
    mammo_cuda_gelu = 1,
    mammo_cuda_silu = 2,
    mammo_cuda_sigmoid = 3
} mammo_cuda_activation;

/// out = residual + factors[image] · activation(in · scale + shift_factor · shift). What is null takes no part.
typedef struct mammo_cuda_affine {
    const void *in;
    mammo_cuda_type in_type;
    /// One for each channel; or, where `for_each_image` is not 0, for each channel of each image.
    const float *scale, *shift;
    int for_each_image;
    float shift_factor;
    mammo_cuda_activation activation;
    /// One for each image.
    const float *factors;
    /// Of the shape of `in`.
    const float *residual;
    /// May be `in` where the types are the same.
    void *out;
    mammo_cuda_type out_type;
    /// `out` is written here too, in a type of 16 bits; null: nowhere.
    void *copy;
    mammo_cuda_type copy_type;
    mammo_cuda_shape shape;
} mammo_cuda_affine;

/// A batch normalisation: y = (x - mean) / √(variance + epsilon) · gamma + beta for each channel, as PyTorch's
/// `nn.BatchNorm2d`. All values are fp32, on the device, and one for each channel.
typedef struct mammo_cuda_batch_norm {
    int channels;
    float epsilon, momentum;
    const float *gamma, *beta;
    float *running_mean, *running_variance;
    /// The number of batches: one value.
    float *counter;
    /// What is written: the mean and one over the deviation, and y = x · scale + shift.
    float *mean, *inverse, *scale, *shift;
} mammo_cuda_batch_norm;

/// A batch normalisation with the activation after it, and the gradient of the activation's result: both are rows of channels.
typedef struct mammo_cuda_slopes {
    const void *in;
    mammo_cuda_type in_type;
    const void *gradient;
    mammo_cuda_type gradient_type;
    /// As `batch_statistics` wrote them; where `scale` is null there is an activation alone, of `in`.
    const float *mean, *inverse, *scale, *shift;
    mammo_cuda_activation activation;
    int64_t rows;
    int channels;
} mammo_cuda_slopes;

/// A parameter with its gradient and moments, for the operations that go over all parameters in one launch. Pointers that
/// an operation does not use may be null.
typedef struct mammo_cuda_segment {
    float *parameter, *gradient, *mean, *square;
    int64_t count;
    /// As `AdamWStep` in MammoCompute: 1 - lr · weight decay; lr / (1 - β₁ᵗ); √(1 - β₂ᵗ). For `sgd` the weight decay and lr, and
    /// `mean` has the velocities.
    float decay, step_size, correction_root;
    /// `adamw` and `sgd` write the parameter here too, in 16 bits; null: nowhere.
    void *copy;
    mammo_cuda_type copy_type;
} mammo_cuda_segment;

/// What all segments of a step of AdamW have in common.
typedef struct mammo_cuda_adamw {
    float gradient_scale, new_mean, old_square, new_square, epsilon;
} mammo_cuda_adamw;

/// What all segments of a step of stochastic gradient descent have in common; Nesterov's where `nesterov` is not 0.
typedef struct mammo_cuda_sgd {
    float gradient_scale, momentum;
    int nesterov;
} mammo_cuda_sgd;

/// The loss of single logits: `BinaryLoss` in MammoNet, which has the formulas, of a part of a batch.
typedef struct mammo_cuda_loss {
    /// What a positive counts beside a negative; what a label of 1 becomes; how far labels are moved to their middle.
    double positive_weight, soft_positive, smoothing;
    /// Non-zero: the focal loss with this exponent, where a positive counts alpha and a negative 1 - alpha; 1 each where alpha is
    /// below 0.
    int focal;
    double gamma, alpha;
    /// Images of the whole batch. Slopes are divided by them, rounded to fp32, divided by `batches` and multiplied by `scale`.
    double images;
    float batches, scale;
} mammo_cuda_loss;

/// A product of matrices, rows next to each other: out = alpha · op(a) · op(b) + beta · out, with op(a) rows × depth and
/// op(b) depth × columns. A transposed operand is stored the other way round.
///
/// Supported types are those of cuBLASLt with fp32 sums: fp32 to fp32, fp16 to fp16 or fp32, and, from sm_80 on, bf16 to
/// bf16 or fp32. Into 16 bits beta is 0: cuBLASLt 13.1 rounds the product to 16 bits before it adds (seen on an H200). Others
/// are refused with `mammo_cuda_unsupported`.
typedef struct mammo_cuda_product {
    int64_t rows, columns, depth;
    const void *a;
    const void *b;
    void *out;
    /// Values from one stored row to the next.
    int64_t a_stride, b_stride, out_stride;
    int a_transposed, b_transposed;
    /// Of a and b; sums are fp32.
    mammo_cuda_type type;
    mammo_cuda_type out_type;
    float alpha, beta;
    /// Non-zero: by the plugin's own kernel, which otherwise stands in only where cuBLASLt has no algorithm.
    int plain;
    /// Non-zero: what comes after the product in one call is a pass of its own, as where the fused kernel does not compute it.
    int separate;
    /// Non-zero: operands of fp32 may be cut to TF32, with fp32's exponents and 10 bits of mantissa, as sm_80 and newer multiply
    /// them in tensor cores. For other types, and on older devices, it is refused with `mammo_cuda_unsupported`.
    int tf32;
} mammo_cuda_product;

/// A dense convolution: of each output's patch the product with a matrix of outputs × kernel · kernel · C.
typedef struct mammo_cuda_convolution {
    /// What is convolved; its gradient does not read it.
    const void *in;
    mammo_cuda_type in_type;
    /// Of the images: H · W rows of C.
    mammo_cuda_shape shape;
    mammo_cuda_window window;
    int outputs;
    /// One for each channel of each image, by which the images are multiplied first, rounded to `type`; null: none. Gradients
    /// do not read them.
    const float *factors;
    /// Of the operands that are multiplied. Images and gradients of another type are converted.
    mammo_cuda_type type;
    /// Bytes that patches, or images in another type, may take at a time; those of one image are made in any case. What else is
    /// needed beside them, as a gradient in another type, is not counted.
    size_t memory;
    /// As a product's.
    int separate, tf32;
} mammo_cuda_convolution;

/// Which algorithm of cuBLASLt's computes a product, as data that another process imports.
typedef struct mammo_cuda_choice {
    /// Sizes, strides, transpositions, types and `tf32`; what else is in it is 0.
    mammo_cuda_product product;
    /// The largest powers of two, 256 at most, that the addresses of a, b and out are multiples of.
    uint32_t alignments[3];
    /// In cuBLASLt's own format (cublasLtMatmulAlgo_t), of use with the same version of it on the same kind of card.
    uint64_t algorithm[8];
} mammo_cuda_choice;

#ifdef __cplusplus
}
#endif
#endif
