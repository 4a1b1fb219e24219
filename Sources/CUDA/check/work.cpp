#include "collector.h"

#include <algorithm>
#include <stdexcept>

namespace check {

namespace {

void block(collector &to, int stage, mammo_cuda_shape s, int times) {
    const int narrow = static_cast<int>(bytes_of(to.type));
    const int64_t rows = static_cast<int64_t>(s.images) * s.rows * s.columns, c = s.channels;
    mammo_cuda_shape inner = s;
    inner.channels = 4 * s.channels;
    const mammo_cuda_window seven = {7, 1, 3};
    work &depthwise = to.values("depthwise", operation::depthwise, stage, times, s, wide + narrow, 98);
    depthwise.in = full, depthwise.window = seven;
    to.values("layer_norm", operation::layer_norm, stage, times, s, narrow + narrow, 8);
    const double kept = to.training ? narrow : 0, gelu = 23, gelu_slope = 30, residual = 4;
    to.product("product_up", stage, times, rows, c, 4 * c, false, true, to.type);
    if (to.fuses) to.with("product_gelu", operation::product_gelu, kept + narrow, gelu);
    else to.values("gelu", operation::gelu, stage, times, inner, narrow + narrow, gelu);
    to.product("product_down", stage, times, rows, 4 * c, c, false, true, to.type);
    if (to.fuses) to.with("product_residual", operation::product_residual, kept + wide + wide, residual).shape = s;
    else to.values("residual", operation::residual, stage, times, s, narrow + wide + wide, residual);
    if (!to.training) return;
    to.values("residual_gradient", operation::residual_gradient, stage, times, s, wide + narrow + narrow, 8);
    to.product("product_down_input", stage, times, rows, c, 4 * c, false, false, to.type);
    // With GELU's result, which the gradient of the product's weights needs.
    if (to.fuses) to.with("product_gelu_gradient", operation::product_gelu_gradient, 3 * narrow, gelu_slope);
    else to.values("gelu_gradient", operation::gelu_gradient, stage, times, inner, 4 * narrow, gelu_slope);
    to.product("product_down_weights", stage, times, c, rows, 4 * c, true, false, full, 1);
    to.product("product_up_weights", stage, times, 4 * c, rows, c, true, false, full, 1);
    to.product("product_up_input", stage, times, rows, 4 * c, c, false, false, to.type);
    // With the normalised rows, which the gradient of the product's weights needs.
    to.values("layer_norm_gradient", operation::layer_norm_gradient, stage, times, s, 4 * narrow, 18);
    work &taps = to.values(
        "depthwise_weight_gradient", operation::depthwise_weight_gradient, stage, times, s, wide + narrow, 100);
    taps.in = full, taps.window = seven;
    work &back = to.values(
        "depthwise_input_gradient", operation::depthwise_input_gradient, stage, times, s, narrow + wide + wide, 98);
    back.out = full, back.window = seven;
}

/// The product of patches, which writes the residual stream, its bias, and both gradients. `s` is the image's shape.
void patch_product(collector &to, int stage, mammo_cuda_shape s, int side, int outputs) {
    const int narrow = static_cast<int>(bytes_of(to.type));
    const mammo_cuda_shape down = {s.images, s.rows / side, s.columns / side, outputs};
    const int64_t rows = static_cast<int64_t>(down.images) * down.rows * down.columns, depth = int64_t(side) * side * s.channels;
    to.product("product_patches", stage, 1, rows, depth, outputs, false, true, full);
    if (to.fuses) {
        work &made = to.with("product_patches", operation::product_affine, wide, 1);
        made.shape = down, made.out = full;
    } else {
        work &bias = to.values("affine", operation::affine, stage, 1, down, wide + wide, 1);
        bias.in = bias.out = full;
    }
    if (!to.training) return;
    to.values("column_sums", operation::column_sums, stage, 1, down, narrow, 1);
    to.product("product_patches_weights", stage, 1, outputs, rows, depth, true, false, full);
    if (stage > 0) to.product("product_patches_input", stage, 1, rows, outputs, depth, false, false, to.type);
}

/// Patches of the input, and a norm after them.
void stem(collector &to, mammo_cuda_shape s, int outputs) {
    const int side = 4, narrow = static_cast<int>(bytes_of(to.type));
    const mammo_cuda_shape down = {s.images, s.rows / side, s.columns / side, outputs};
    to.values("gray_input", operation::gray_input, 0, 1, s, wide + 1.0 / 3, 3);
    work &gather = to.values("gather_patches", operation::gather_patches, 0, 1, s, wide + narrow, 0);
    gather.in = full, gather.window = {side, side, 0};
    patch_product(to, 0, s, side, outputs);
    work &norm = to.values("layer_norm_stream", operation::layer_norm, 0, 1, down, wide + wide, 8);
    norm.in = norm.out = full;
    if (!to.training) return;
    work &gradient =
        to.values("layer_norm_stream_gradient", operation::layer_norm_gradient, 0, 1, down, wide + wide + narrow, 16);
    gradient.in = gradient.gradient = full;
}

/// A norm of the stream, and patches of it.
void downsample(collector &to, int stage, mammo_cuda_shape s, int outputs) {
    const int side = 2, narrow = static_cast<int>(bytes_of(to.type));
    const mammo_cuda_shape down = {s.images, s.rows / side, s.columns / side, outputs};
    to.values("layer_norm_stream", operation::layer_norm, stage, 1, s, wide + narrow, 8).in = full;
    const mammo_cuda_window touching = {side, side, 0};
    if (to.fuses && !to.training) {
        work &made = to.convolution("convolution", operation::convolution, stage, 1, s, touching, outputs, narrow, wide);
        made.product.out_type = made.out = full;
        return;
    }
    // Training keeps the patches for the gradient of the weights.
    to.values("gather_patches", operation::gather_patches, stage, 1, s, narrow + narrow, 0).window = touching;
    patch_product(to, stage, s, side, outputs);
    if (!to.training) return;
    // In single precision the gradient is used as it is.
    if (to.type != full) to.values("convert", operation::convert, stage, 1, down, wide + narrow, 1).in = full;
    to.values("scatter_patches", operation::scatter_patches, stage, 1, s, narrow + narrow, 0).window = touching;
    work &gradient =
        to.values("layer_norm_stream_gradient", operation::layer_norm_gradient, stage, 1, s, wide + narrow + wide, 16);
    gradient.in = gradient.out = full;
}

double peak_of(const work &one, const peaks &on) {
    const bool halves = is_product(one.what) && one.product.type != mammo_cuda_fp32;
    return (halves ? on.product_teraflops : on.fp32_teraflops) * 1e12;
}

double seconds(double amount, double rate) { return rate > 0 ? amount / rate : 0; }

}  // namespace

const std::vector<named_network> networks = {
    {network::convnext_tiny, "convnext_tiny", "ConvNeXt-tiny"},
    {network::efficientnet_v2_s, "efficientnet_v2_s", "EfficientNet V2-S"}};

const named_network &of(network which) {
    for (const named_network &each : networks) {
        if (each.which == which) return each;
    }
    throw std::logic_error("a network without a name");
}

bool is_product(operation what) {
    switch (what) {
        case operation::product:
        case operation::product_gelu:
        case operation::product_gelu_gradient:
        case operation::product_residual:
        case operation::product_affine:
        case operation::convolution:
        case operation::convolution_input_gradient:
        case operation::convolution_weight_gradient: return true;
        default: return false;
    }
}

std::vector<work> network_work(const setting &on, bool training) {
    collector to = {on.type, training, on.type != full && !on.separate, {}};
    switch (on.net) {
        case network::convnext_tiny: convnext_tiny(to, on); break;
        case network::efficientnet_v2_s: efficientnet_v2_s(to, on); break;
    }
    return to.all;
}

void convnext_tiny(collector &to, const setting &on) {
    const int channels[] = {96, 192, 384, 768}, depths[] = {3, 3, 9, 3};
    mammo_cuda_shape s = {on.images, on.rows, on.columns, 3};
    stem(to, s, channels[0]);
    s = {on.images, s.rows / 4, s.columns / 4, channels[0]};
    for (int stage = 1; stage <= 4; stage++) {
        if (stage > 1) {
            downsample(to, stage, s, channels[stage - 1]);
            s = {on.images, s.rows / 2, s.columns / 2, channels[stage - 1]};
        }
        block(to, stage, s, depths[stage - 1]);
    }
    to.values("mean", operation::mean, 0, 1, s, wide, 1).in = full;
    if (to.training) to.values("mean_gradient", operation::mean_gradient, 0, 1, s, wide, 1);
}

double least_seconds(const work &one, const peaks &on) {
    return std::max(seconds(one.bytes, on.gigabytes_per_second * 1e9), seconds(one.flops, peak_of(one, on)));
}

bool is_bound_by_arithmetic(const work &one, const peaks &on) {
    return seconds(one.flops, peak_of(one, on)) > seconds(one.bytes, on.gigabytes_per_second * 1e9);
}

}  // namespace check
