// What a network asks of a card, operation by operation: bytes that have to be moved at least, and operations of arithmetic. The
// tables on paper and the measurement on a card both go by it.
#pragma once

#include "cards.h"
#include "values.h"

#include <string>
#include <vector>

namespace check {

/// The networks whose work is known.
enum class network { convnext_tiny, efficientnet_v2_s };
struct named_network {
    network which;
    /// As --network has it, and as a document has it.
    const char *name, *title;
};
extern const std::vector<named_network> networks;
const named_network &of(network);

/// Images that go through the network together, and the type between a layer's operations.
struct setting {
    int images = 1, rows = 2048, columns = 1024;
    mammo_cuda_type type = mammo_cuda_bf16;
    network net = network::convnext_tiny;
    /// Whether what comes after a product is a pass of its own.
    bool separate = false;
    /// Whether inference's operations are timed, and not a training step's.
    bool inference = false;
};

/// The plugin's operations, by their names in its table.
enum class operation {
    gray_input, gather_patches, scatter_patches, product, column_sums, convert, layer_norm, layer_norm_gradient,
    depthwise, depthwise_input_gradient, depthwise_weight_gradient, gelu, gelu_gradient, residual, residual_gradient, affine,
    batch_moments, batch_slopes, batch_gradient, image_products, mean, mean_gradient, product_gelu, product_gelu_gradient,
    product_residual, product_affine, convolution, convolution_input_gradient, convolution_weight_gradient
};
/// Whether it multiplies matrices.
bool is_product(operation);

/// A call of an operation, as a step makes it.
struct work {
    /// Of the operation, and of what a product or a norm is for. With the stage it occurs once in a network.
    std::string name;
    operation what;
    /// From 1; the stem, the input and the pooling are 0. EfficientNet's stages have two numbers: an odd one of the first block,
    /// which may halve the image, and an even one of the others.
    int stage;
    /// How many such calls there are, whatever the number of images.
    int times;
    /// Of all calls but products: the rows that an operation goes over, or a convolution's images.
    mammo_cuda_shape shape;
    /// What is read, and what is written. A gradient that is read has `gradient`.
    mammo_cuda_type in, gradient, out;
    /// Of patches and of convolutions.
    mammo_cuda_window window;
    /// Of products, without its pointers; of those with a residual or an activation the shape is that of their result. Of a
    /// convolution, whose shape is that of its images, the product of its patches.
    mammo_cuda_product product;
    /// Of one call, for all its images.
    double bytes, flops;
    /// Of a convolution's or a normalisation's result.
    mammo_cuda_activation activation = mammo_cuda_identity;
    /// Whether the stream is added; of `affine`: whether each image has a scale of its own.
    bool has_residual = false, for_each_image = false;
    /// Of a product with what comes after it: whether the product itself is written too; of `affine`: whether the result is, in 16 bits.
    bool keeps = false;
    /// What a document's table adds it to; empty: it has a row of its own name.
    std::string row = {};
};

/// The calls for a batch: forward alone, or a step of training forward and back, as Sources/MammoCompute/CUDA makes them.
/// The backward pass computes the results of GELU and of a block's norm again, with their gradients. Parameters' conversion,
/// their update, the head, statistics of rows, channels and gates, and copies of images that skip a block are not in it.
std::vector<work> network_work(const setting &, bool training);

/// Seconds that a call takes at least. A peak of zero is not known, and bounds nothing.
double least_seconds(const work &, const peaks &);
/// Whether arithmetic and not memory bounds a call.
bool is_bound_by_arithmetic(const work &, const peaks &);

/// Prints the tables that Documentation/cuda.md ends with.
void print_roofline();

}  // namespace check
