// The calls that are timed, each with the sizes and types that a training step gives it.
#include "call_buffers.h"
#include "windows.h"

namespace check {

namespace {

/// The sizes of a call of any operation but a product.
struct sizes {
    mammo_cuda_shape s;
    int c;
    int64_t rows, n;

    explicit sizes(mammo_cuda_shape s)
        : s(s), c(s.channels), rows(int64_t(s.images) * s.rows * s.columns), n(rows * s.channels) {}
};

call patch_call(const mammo_cuda_table *t, mammo_cuda_context *context, const work &w, const sizes &z) {
    const mammo_cuda_window at = w.window;
    const mammo_cuda_shape out = outputs_of(z.s, at, z.c);
    const int64_t patched = int64_t(out.images) * out.rows * out.columns * at.kernel * at.kernel * z.c;
    if (w.what == operation::gather_patches) {
        return {{of(z.n, w.in), of(patched, w.out)}, [=](memory m) {
                    return t->gather_patches(context, m[0], w.in, at, m[1], w.out, z.s);
                }};
    }
    return {{of(patched, w.in), of(z.n, w.out)}, [=](memory m) {
                return t->scatter_patches(context, m[0], w.in, at, m[1], w.out, z.s);
            }};
}

call depthwise_call(const mammo_cuda_table *t, mammo_cuda_context *context, const work &w, const sizes &z) {
    const int kernel = w.window.kernel, stride = w.window.stride;
    const auto along = [&](int extent) { return int64_t(extent + stride - 1) / stride; };
    const int64_t outputs = z.s.images * along(z.s.rows) * along(z.s.columns) * z.c;
    const buffer taps = of_floats(int64_t(kernel) * kernel * z.c), bias = of_floats(z.c);
    if (w.what == operation::depthwise) {
        return {{of(z.n, w.in), taps, bias, of(outputs, w.out)}, [=](memory m) {
                    return t->depthwise(
                        context, m[0], w.in, nullptr, kernel, stride, floats(m[1]), floats(m[2]), w.activation, m[3],
                        w.out, z.s);
                }};
    }
    if (w.what == operation::depthwise_input_gradient) {
        // Beyond the segment it is added to the stream's.
        const bool adds = w.out == mammo_cuda_fp32;
        return {{of(outputs, w.gradient), taps, adds ? summed(z.n, w.out) : of(z.n, w.out)}, [=](memory m) {
                    return t->depthwise_input_gradient(
                        context, m[0], w.gradient, nullptr, kernel, stride, floats(m[1]), m[2], w.out, adds, z.s);
                }};
    }
    return {{of(z.n, w.in), of(outputs, w.gradient), summed(int64_t(kernel) * kernel * z.c), summed(z.c)}, [=](memory m) {
                return t->depthwise_weight_gradient(
                    context, m[0], w.in, nullptr, m[1], w.gradient, kernel, stride, floats(m[2]), floats(m[3]), z.s);
            }};
}

call norm_call(const mammo_cuda_table *t, mammo_cuda_context *context, const work &w, const sizes &z) {
    const buffer one = of_floats(z.c), statistics = of_floats(2 * z.rows);
    if (w.what == operation::layer_norm) {
        return {{of(z.n, w.in), one, one, of(z.n, w.out), statistics}, [=](memory m) {
                    return t->layer_norm(
                        context, m[0], w.in, floats(m[1]), floats(m[2]), 1e-6f, m[3], w.out, floats(m[4]), z.rows, z.c);
                }};
    }
    // A block's gradient is computed in place with the normalised rows, as in training.
    const bool in_place = w.gradient == w.out && w.in == w.out;
    std::vector<buffer> buffers = {of(z.n, w.in), statistics, one, of(z.n, w.gradient), summed(z.c), summed(z.c)};
    if (in_place) buffers[0].accumulates = buffers[3].accumulates = true;
    else buffers.push_back(of(z.n, w.out));
    return {buffers, [=](memory m) {
                return t->layer_norm_gradient(
                    context, m[0], w.in, floats(m[1]), floats(m[2]), floats(m[2]), m[3], w.gradient,
                    in_place ? m[3] : m[6], w.out, in_place ? m[0] : nullptr, floats(m[4]), floats(m[5]), z.rows, z.c);
            }};
}

call row_call(const mammo_cuda_table *t, mammo_cuda_context *context, const work &w, const sizes &z) {
    const buffer one = of_floats(z.c);
    switch (w.what) {
        case operation::gelu:
            return {{of(z.n, w.in), one, of(z.n, w.out)}, [=](memory m) {
                        return t->gelu(context, m[0], floats(m[1]), m[2], w.in, z.rows, z.c);
                    }};
        case operation::gelu_gradient:
            // The activation takes its input's place, as in training.
            return {{summed(z.n, w.in), one, summed(z.n, w.gradient), summed(z.c)}, [=](memory m) {
                        return t->gelu_gradient(
                            context, m[0], floats(m[1]), m[2], m[0], w.in, floats(m[3]), z.rows, z.c);
                    }};
        case operation::residual:
            return {{of_floats(z.n), of(z.n, w.in), one, one, of_floats(z.n)}, [=](memory m) {
                        return t->residual(
                            context, floats(m[0]), nullptr, m[1], w.in, floats(m[2]), floats(m[3]), 1, floats(m[4]), z.s);
                    }};
        case operation::residual_gradient:
            return {{of_floats(z.n), of(z.n, w.in), one, one, summed(z.c), summed(z.c)}, [=](memory m) {
                        return t->residual_gradient(
                            context, floats(m[0]), nullptr, m[1], w.in, floats(m[2]), floats(m[3]), 1, m[1], floats(m[4]),
                            floats(m[5]), z.s);
                    }};
        default:
            return {{of(z.n, w.in), summed(z.c)}, [=](memory m) {
                        return t->column_sums(context, m[0], w.in, z.rows, z.c, floats(m[1]));
                    }};
    }
}

call affine_call(const mammo_cuda_table *t, mammo_cuda_context *context, const work &w, const sizes &z) {
    const buffer each = of_floats(int64_t(w.for_each_image ? z.s.images : 1) * z.c);
    std::vector<buffer> buffers = {of(z.n, w.in), each, each, of(z.n, w.out), of_floats(w.has_residual ? z.n : 1)};
    if (w.keeps) buffers.push_back(of(z.n, w.in));
    return {buffers, [=](memory m) {
                mammo_cuda_affine made = {};
                made.copy = w.keeps ? m[5] : nullptr, made.copy_type = w.in;
                made.in = m[0], made.in_type = w.in, made.scale = floats(m[1]), made.shift = floats(m[2]);
                made.for_each_image = w.for_each_image, made.shift_factor = 1, made.activation = w.activation;
                made.residual = w.has_residual ? floats(m[4]) : nullptr;
                made.out = m[3], made.out_type = w.out, made.shape = z.s;
                return t->affine(context, &made);
            }};
}

call batch_call(const mammo_cuda_table *t, mammo_cuda_context *context, const work &w, const sizes &z) {
    const buffer one = of_floats(z.c), sums = {2 * sizeof(double) * size_t(z.c), mammo_cuda_fp32};
    if (w.what == operation::batch_moments) {
        return {{of(z.n, w.in), sums}, [=](memory m) {
                    return t->batch_moments(context, m[0], w.in, z.rows, z.c, static_cast<double *>(m[1]));
                }};
    }
    const bool is_gradient = w.what == operation::batch_gradient;
    std::vector<buffer> buffers = {of(z.n, w.in), of(z.n, w.gradient), one, one, one, one, sums};
    if (is_gradient) buffers.push_back(of(z.n, w.out));
    else buffers.push_back(summed(z.c)), buffers.push_back(summed(z.c));
    return {buffers, [=](memory m) {
                const mammo_cuda_slopes made = {
                    m[0], w.in, m[1], w.gradient, floats(m[2]), floats(m[3]), floats(m[4]), floats(m[5]), w.activation,
                    z.rows, z.c};
                double *const sums = static_cast<double *>(m[6]);
                if (is_gradient) {
                    return t->batch_gradient(context, &made, sums, static_cast<double>(z.rows), m[7], w.out);
                }
                return t->batch_slopes(context, &made, sums, floats(m[7]), floats(m[8]));
            }};
}

call end_call(const mammo_cuda_table *t, mammo_cuda_context *context, const work &w, const sizes &z) {
    const buffer pooled = of_floats(int64_t(z.s.images) * z.c);
    switch (w.what) {
        case operation::gray_input: {
            mammo_cuda_shape gray = z.s;
            gray.channels = 1;
            // Any bytes are gray values.
            return {{{static_cast<size_t>(z.rows), mammo_cuda_fp16}, of_floats(z.n)}, [=](memory m) {
                        static const float mean[3] = {0.485f, 0.456f, 0.406f}, deviation[3] = {0.229f, 0.224f, 0.225f};
                        return t->gray_input(
                            context, static_cast<uint8_t *>(m[0]), nullptr, mean, deviation, gray, floats(m[1]));
                    }};
        }
        case operation::convert:
            return {{of(z.n, w.in), of(z.n, w.out)}, [=](memory m) {
                        return t->convert(context, m[0], w.in, m[1], w.out, z.n);
                    }};
        case operation::image_products:
            return {{of(z.n, w.in), of(z.n, w.gradient), pooled}, [=](memory m) {
                        return t->image_products(context, m[0], w.in, m[1], w.gradient, floats(m[2]), z.s);
                    }};
        case operation::mean:
            return {{of(z.n, w.in), pooled}, [=](memory m) { return t->mean(context, m[0], w.in, floats(m[1]), z.s); }};
        default:
            return {{pooled, of_floats(z.n)}, [=](memory m) {
                        return t->mean_gradient(context, floats(m[0]), floats(m[1]), z.s);
                    }};
    }
}

}  // namespace

call copy_call(const session &on, size_t bytes) {
    const buffer whole = {bytes, mammo_cuda_fp32};
    return {{whole, whole}, [t = on.table, context = on.context, bytes](memory m) {
                return t->copy(context, m[1], m[0], bytes);
            }};
}

call call_of(const session &on, const work &w) {
    const sizes z(w.shape);
    switch (w.what) {
        case operation::product: return product_call(on, w.product);
        case operation::product_gelu:
        case operation::product_gelu_gradient:
        case operation::product_residual:
        case operation::product_affine: return fused_call(on, w);
        case operation::convolution:
        case operation::convolution_input_gradient:
        case operation::convolution_weight_gradient: return convolution_call(on, w);
        case operation::gather_patches:
        case operation::scatter_patches: return patch_call(on.table, on.context, w, z);
        case operation::depthwise:
        case operation::depthwise_input_gradient:
        case operation::depthwise_weight_gradient: return depthwise_call(on.table, on.context, w, z);
        case operation::layer_norm:
        case operation::layer_norm_gradient: return norm_call(on.table, on.context, w, z);
        case operation::gelu:
        case operation::gelu_gradient:
        case operation::residual:
        case operation::residual_gradient:
        case operation::column_sums: return row_call(on.table, on.context, w, z);
        case operation::affine: return affine_call(on.table, on.context, w, z);
        case operation::batch_moments:
        case operation::batch_slopes:
        case operation::batch_gradient: return batch_call(on.table, on.context, w, z);
        case operation::gray_input:
        case operation::convert:
        case operation::image_products:
        case operation::mean:
        case operation::mean_gradient: return end_call(on.table, on.context, w, z);
    }
    return {};
}

}  // namespace check
