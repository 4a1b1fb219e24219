// EfficientNet V2-S, as CUDAFoldedPlan and SegmentGradient of MammoCompute make its calls.
#include "collector.h"

namespace check {

namespace {

constexpr double activated = 12;  // operations of arithmetic of SiLU or its slope, roughly

/// A convolution with its normalisation, of blocks that are alike.
struct layer {
    /// Of a block, for names: "expand".
    std::string role;
    int stage, times;
    mammo_cuda_shape in;
    /// Whether the input is the stream, in single precision.
    bool is_stream;
    int kernel, stride, outputs;
    mammo_cuda_activation activation;
    /// Whether the output is the stream, and whether the input is added to it.
    bool ends, has_residual;
    /// Whether the input's channels are multiplied by an image's factors first.
    bool is_gated = false;

    mammo_cuda_shape out() const {
        return {in.images, (in.rows + stride - 1) / stride, (in.columns + stride - 1) / stride, outputs};
    }
    mammo_cuda_window window() const { return {kernel, stride, (kernel - 1) / 2}; }
    /// Positions of the output for one of the input.
    double share() const {
        const mammo_cuda_shape o = out();
        return static_cast<double>(o.rows) * o.columns / (static_cast<double>(in.rows) * in.columns);
    }
};

struct builder {
    collector &to;
    const double narrow = static_cast<double>(bytes_of(to.type));

    work &values(
        const layer &of, const char *operation_name, operation what, int times, mammo_cuda_shape s, double bytes,
        double flops) {
        work &made = to.values(std::string(operation_name) + "_" + of.role, what, of.stage, times, s, bytes, flops);
        made.row = operation_name;
        return made;
    }

    void product(
        const layer &of, const char *row, int64_t rows, int64_t depth, int64_t columns, bool a_transposed,
        bool b_transposed, mammo_cuda_type out_type, float beta = 0) {
        to.product(
            std::string(row) + "_" + of.role, of.stage, of.times, rows, depth, columns, a_transposed, b_transposed,
            out_type, beta);
        to.all.back().row = row;
    }

    /// What comes after a convolution's sums: in prediction its bias, in training the normalisation.
    void norm(const layer &of) {
        const mammo_cuda_shape s = of.out();
        const bool active = of.activation != mammo_cuda_identity;
        const double slope = active ? activated : 0, ends = of.ends ? wide : narrow;
        if (to.training) values(of, "batch_moments", operation::batch_moments, of.times, s, narrow, 3);
        // In prediction the stream has a copy, which is a pass of its own here.
        const double copied = of.ends && to.fuses && !to.training ? wide + narrow : 0;
        work &affine = values(
            of, "affine", operation::affine, of.times, s, narrow + ends + (of.has_residual ? wide : 0) + copied, 2 + slope);
        affine.activation = of.activation, affine.has_residual = of.has_residual, affine.keeps = copied > 0;
        if (of.ends) affine.out = full;
        if (!to.training) return;
        work &sums = values(of, "batch_slopes", operation::batch_slopes, of.times, s, narrow + ends, 6 + slope);
        work &back = values(
            of, "batch_gradient", operation::batch_gradient, of.times, s, narrow + ends + narrow, 6 + slope);
        for (work *each : {&sums, &back}) {
            each->activation = of.activation;
            if (of.ends) each->gradient = full;
        }
    }

    work &convolution(
        const layer &of, const char *row, operation what, double in_bytes, double out_bytes) {
        work &made = to.convolution(
            std::string(row) + "_" + of.role, what, of.stage, of.times, of.in, of.window(), of.outputs, in_bytes,
            out_bytes);
        made.row = row;
        return made;
    }

    /// A convolution in prediction, of values in 16 bits: the stream has a copy, which the convolution that ends with it writes too.
    void predicted(const layer &of) {
        const bool is_pointwise = of.kernel == 1;
        const double ends = of.ends ? wide + narrow : narrow;
        work &made = convolution(
            of, of.is_gated ? "gated_convolution" : is_pointwise ? "pointwise_convolution" : "convolution",
            operation::convolution, narrow, ends + (of.has_residual ? wide : 0));
        const double n = static_cast<double>(made.product.rows) * of.outputs;
        made.flops += n * (2 + (of.activation == mammo_cuda_identity ? 0 : activated));
        made.activation = of.activation, made.has_residual = of.has_residual, made.for_each_image = of.is_gated;
        if (of.ends) made.out = full;
    }

    /// A convolution in training whose patches are read from its images. The stream is converted first, for its weights' gradient again.
    void read_from_images(const layer &of) {
        const double in = of.is_stream ? wide + narrow + narrow : narrow;
        work &forward = convolution(of, "convolution", operation::convolution, in, narrow);
        if (of.is_stream) forward.in = full;
        norm(of);
        work &weights =
            convolution(of, "convolution_weight_gradient", operation::convolution_weight_gradient, in, narrow);
        if (of.is_stream) weights.in = full;
        // With a stride of 2 patches' gradients are written, and added up; blocks after a stage's first add to the residual's.
        const bool adds = of.is_stream && of.stage % 2 == 0;
        const double patches = of.stride == 1 ? 0 : 2 * narrow * of.kernel * of.kernel * of.share();
        work &back = convolution(
            of, "convolution_input_gradient", operation::convolution_input_gradient,
            (of.is_stream ? wide : narrow) + (adds ? wide : 0) + patches, narrow);
        back.has_residual = adds;
        back.out = of.is_stream ? full : to.type;
    }

    void dense(const layer &of, bool is_first = false) {
        // Rows of other lengths are not copied 16 bytes at a time: the first convolution's, of 27 values.
        const bool is_copied = of.in.channels % 8 == 0 && of.outputs % 8 == 0;
        if (to.fuses && is_copied && !to.training) return predicted(of);
        if (to.fuses && is_copied && of.kernel > 1) return read_from_images(of);
        const mammo_cuda_shape out = of.out();
        const int64_t rows = static_cast<int64_t>(out.images) * out.rows * out.columns;
        const int64_t taps = of.kernel * of.kernel, depth = taps * of.in.channels;
        const double in = of.is_stream ? wide : narrow;
        // The gradient of the weights brings the input to the product anew.
        const int again = to.training ? 2 * of.times : of.times;
        const bool is_pointwise = of.kernel == 1;
        if (!is_pointwise) {
            work &gather = values(
                of, "gather_patches", operation::gather_patches, again, of.in,
                in + narrow * static_cast<double>(taps) * of.share(), 0);
            gather.window = of.window();
            if (of.is_stream) gather.in = full;
        } else if (of.is_stream && to.type != full) {
            values(of, "convert", operation::convert, again, of.in, wide + narrow, 1).in = full;
        }
        product(of, "product", rows, depth, of.outputs, false, true, to.type);
        norm(of);
        if (!to.training) return;
        product(of, "product_weights", of.outputs, rows, depth, true, false, full, is_pointwise ? 1 : 0);
        if (is_first) return;
        if (is_pointwise) {
            // Blocks after a stage's first have a residual, to whose gradient it is added.
            const float adds = of.is_stream && of.stage % 2 == 0 ? 1 : 0;
            product(of, "product_input", rows, of.outputs, depth, false, false, of.is_stream ? full : to.type, adds);
            return;
        }
        product(of, "product_input", rows, of.outputs, depth, false, false, to.type);
        work &scatter = values(
            of, "scatter_patches", operation::scatter_patches, of.times, of.in,
            in + narrow * static_cast<double>(taps) * of.share(), static_cast<double>(taps) * of.share());
        scatter.window = of.window();
        if (of.is_stream) scatter.out = full;
    }

    void depthwise(const layer &of) {
        const double taps = of.kernel * of.kernel, share = of.share();
        const auto convolution = [&](const char *name, operation what, double bytes) {
            values(of, name, what, of.times, of.in, bytes, 2 * taps * share).window = of.window();
        };
        convolution("depthwise", operation::depthwise, narrow + narrow * share);
        if (to.training) {
            convolution("depthwise_weight_gradient", operation::depthwise_weight_gradient, narrow + narrow * share);
            convolution("depthwise_input_gradient", operation::depthwise_input_gradient, narrow + narrow * share);
        } else {
            // Its bias and activation are its own.
            to.all.back().activation = of.activation;
            return;
        }
        norm(of);
    }

    /// The gate after a depthwise convolution, without its products, which are of one position for each image.
    void gate(const layer &after) {
        const mammo_cuda_shape s = after.out();
        layer of = after;
        of.role = "gate";
        values(of, "mean", operation::mean, of.times, s, narrow, 1);
        // In prediction the convolution after it multiplies.
        if (to.fuses && !to.training) return;
        values(of, "affine", operation::affine, of.times, s, narrow + narrow, 1).for_each_image = true;
        if (!to.training) return;
        values(of, "image_products", operation::image_products, of.times, s, narrow + narrow, 2);
        of.role = "gate_gradient";
        values(of, "affine", operation::affine, of.times, s, narrow + narrow, 2).for_each_image = true;
    }
};

struct stage {
    bool is_fused;
    int expansion, stride, outputs, blocks;
};

const stage stages[] = {{true, 1, 1, 24, 2},   {true, 4, 2, 48, 4},   {true, 4, 2, 64, 4},
                        {false, 4, 2, 128, 6}, {false, 6, 1, 160, 9}, {false, 6, 2, 256, 15}};

mammo_cuda_shape block(builder &by, const stage &of, int number, int times, mammo_cuda_shape s, int stride) {
    const bool has_residual = stride == 1 && s.channels == of.outputs;
    const int hidden = of.expansion * s.channels;
    constexpr mammo_cuda_activation silu = mammo_cuda_silu, none = mammo_cuda_identity;
    const int kernel = of.is_fused ? 3 : 1, first = of.is_fused ? stride : 1;
    if (of.expansion == 1) {
        const layer only = {"expand", number, times, s, true, kernel, first, of.outputs, silu, true, has_residual};
        by.dense(only);
        return only.out();
    }
    const layer expand = {"expand", number, times, s, true, kernel, first, hidden, silu, false, false};
    by.dense(expand);
    mammo_cuda_shape inner = expand.out();
    if (!of.is_fused) {
        const layer each = {"depthwise", number, times, inner, false, 3, stride, hidden, silu, false, false};
        by.depthwise(each);
        by.gate(each);
        inner = each.out();
    }
    const layer project = {"project",  number, times, inner, false, 1, 1, of.outputs, none, true, has_residual,
                           !of.is_fused};
    by.dense(project);
    return project.out();
}

}  // namespace

void efficientnet_v2_s(collector &to, const setting &on) {
    builder by = {to};
    const mammo_cuda_shape image = {on.images, on.rows, on.columns, 3};
    to.values("gray_input", operation::gray_input, 0, 1, image, wide + 1.0 / 3, 3);
    const layer stem = {"stem", 0, 1, image, true, 3, 2, 24, mammo_cuda_silu, true, false};
    by.dense(stem, true);
    mammo_cuda_shape s = stem.out();
    int number = 0;
    for (const stage &each : stages) {
        s = block(by, each, ++number, 1, s, each.stride);
        s = block(by, each, ++number, each.blocks - 1, s, 1);
    }
    const layer last = {"last", ++number, 1, s, true, 1, 1, 1280, mammo_cuda_silu, true, false};
    by.dense(last);
    work &pooled = to.values("mean_head", operation::mean, 0, 1, last.out(), wide, 1);
    pooled.in = full, pooled.row = "mean";
    if (to.training) to.values("mean_gradient", operation::mean_gradient, 0, 1, last.out(), wide, 1);
}

}  // namespace check
