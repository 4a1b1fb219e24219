// What ConvNeXt-tiny asks of a card, operation by operation: bytes that have to be moved at least, and operations of
// arithmetic. The table on paper and the measurement on a card both go by it.
#pragma once

#include "cards.h"
#include "values.h"

#include <string>
#include <vector>

namespace check {

/// Images that go through the network together, and the type between a layer's operations.
struct setting {
    int images = 1, rows = 2048, columns = 1024;
    mammo_cuda_type type = mammo_cuda_bf16;
};

/// The plugin's operations, by their names in its table.
enum class operation {
    gray_input, gather_patches, scatter_patches, product, add_bias, column_sums, convert, layer_norm, layer_norm_gradient,
    depthwise, depthwise_input_gradient, depthwise_weight_gradient, gelu, gelu_gradient, residual, residual_gradient, mean,
    mean_gradient
};

/// A call of an operation, as a step makes it.
struct work {
    /// Of the operation, and of what a product or a norm is for. With the stage it occurs once in a network.
    std::string name;
    operation what;
    /// From 1; the stem, the input and the pooling are 0.
    int stage;
    /// How many such calls there are, whatever the number of images.
    int times;
    /// Of all calls but products: the rows that an operation goes over, or the images that patches are taken from.
    mammo_cuda_shape shape;
    /// What is read, and what is written. A gradient that is read has `gradient`.
    mammo_cuda_type in, gradient, out;
    /// Of patches.
    int side;
    /// Of products, without its pointers.
    mammo_cuda_product product;
    /// Of one call, for all its images.
    double bytes, flops;
};

/// The calls for a batch: forward alone, or a step of training forward and back, as Sources/MammoCompute/CUDA makes them.
/// The backward pass computes the results of GELU and of a block's norm again. Parameters' conversion, their update, the
/// head, statistics of rows and copies of images that skip a block are not in it.
std::vector<work> network_work(const setting &, bool training);

/// Seconds that a call takes at least. A peak of zero is not known, and bounds nothing.
double least_seconds(const work &, const peaks &);
/// Whether arithmetic and not memory bounds a call.
bool is_bound_by_arithmetic(const work &, const peaks &);

/// Prints the tables of Documentation/cuda.md.
void print_roofline();

}  // namespace check
