// The products that are timed, by themselves and with what comes after them.
#include "call_buffers.h"
#include "windows.h"

namespace check {

call product_call(const session &on, const mammo_cuda_product &p) {
    buffer out = of(p.rows * p.columns, p.out_type);
    out.accumulates = p.beta != 0;
    return {{of(p.rows * p.depth, p.type), of(p.depth * p.columns, p.type), out},
            [t = on.table, context = on.context, p](memory m) {
                mammo_cuda_product made = p;
                made.a = m[0], made.b = m[1], made.out = m[2];
                return t->product(context, &made);
            }};
}

/// A product with what comes after it, as a step asks for it.
call fused_call(const session &on, const work &w) {
    const mammo_cuda_table *const t = on.table;
    mammo_cuda_context *const context = on.context;
    const bool keeps = w.keeps;
    const mammo_cuda_product &p = w.product;
    const int64_t n = p.rows * p.columns;
    const buffer one = of_floats(p.columns), out = of(n, p.out_type);
    std::vector<buffer> buffers = {of(p.rows * p.depth, p.type), of(p.depth * p.columns, p.type), one};
    const auto made = [p](memory m, void *kept) {
        mammo_cuda_product made = p;
        made.a = m[0], made.b = m[1], made.out = kept;
        return made;
    };
    switch (w.what) {
        case operation::product_gelu:
            for (int i = 0; i < (keeps ? 2 : 1); i++) buffers.push_back(out);
            return {buffers, [=](memory m) {
                        const mammo_cuda_product product = made(m, keeps ? m[4] : nullptr);
                        return t->product_gelu(context, &product, floats(m[2]), m[3]);
                    }};
        case operation::product_gelu_gradient:
            // The activation takes its input's place, as in training.
            buffers.insert(buffers.end(), {out, summed(n, p.out_type), summed(p.columns)});
            return {buffers, [=](memory m) {
                        const mammo_cuda_product product = made(m, m[3]);
                        return t->product_gelu_gradient(context, &product, m[4], floats(m[2]), m[4], floats(m[5]));
                    }};
        case operation::product_residual:
            buffers.insert(buffers.end(), {of_floats(n), of_floats(n)});
            if (keeps) buffers.push_back(out);
            return {buffers, [=](memory m) {
                        const mammo_cuda_product product = made(m, keeps ? m[5] : nullptr);
                        return t->product_residual(
                            context, &product, floats(m[3]), nullptr, floats(m[2]), floats(m[2]), 1, floats(m[4]), w.shape);
                    }};
        default:
            buffers.push_back(of(n, w.out));
            if (w.has_residual) buffers.push_back(of_floats(n));
            return {buffers, [=](memory m) {
                        mammo_cuda_affine affine = {};
                        affine.shift = floats(m[2]), affine.shift_factor = 1, affine.activation = w.activation;
                        affine.residual = w.has_residual ? floats(m[4]) : nullptr;
                        affine.out = m[3], affine.out_type = w.out, affine.shape = w.shape;
                        const mammo_cuda_product product = made(m, nullptr);
                        return t->product_affine(context, &product, &affine);
                    }};
    }
}

call convolution_call(const session &on, const work &w) {
    const mammo_cuda_table *const t = on.table;
    mammo_cuda_context *const context = on.context;
    const mammo_cuda_product &p = w.product;
    const mammo_cuda_shape s = w.shape;
    const int outputs = static_cast<int>(p.columns);
    const int64_t in = int64_t(s.images) * s.rows * s.columns * s.channels, out = p.rows * p.columns, weights = p.depth * p.columns;
    mammo_cuda_convolution made = {};
    made.in_type = w.in, made.shape = s, made.window = w.window, made.outputs = outputs, made.type = p.type;
    made.memory = size_t(256) << 20, made.separate = p.separate;
    if (w.what == operation::convolution_weight_gradient) {
        return {{of(in, w.in), of(out, w.gradient), summed(weights)}, [=](memory m) {
                    mammo_cuda_convolution given = made;
                    given.in = m[0];
                    return t->convolution_weight_gradient(context, &given, m[1], w.gradient, floats(m[2]));
                }};
    }
    mammo_cuda_affine affine = {};
    affine.shift_factor = 1, affine.activation = w.activation, affine.out_type = w.out;
    if (w.what == operation::convolution_input_gradient) {
        affine.shape = s;
        return {{of(out, w.gradient), of_floats(weights), w.has_residual ? summed(in, w.out) : of(in, w.out)},
                [=](memory m) {
                    mammo_cuda_affine to = affine;
                    to.out = m[2], to.residual = w.has_residual ? floats(m[2]) : nullptr;
                    return t->convolution_input_gradient(context, &made, floats(m[1]), m[0], w.gradient, &to);
                }};
    }
    affine.shape = outputs_of(s, w.window, outputs);
    // A result of the stream has a copy, but for ConvNeXt's, whose sums are not rounded.
    const bool is_copied = w.out != p.type && p.out_type == p.type;
    std::vector<buffer> buffers = {of(in, w.in), of(weights, p.type), of_floats(outputs), of(out, w.out)};
    buffers.push_back(of(is_copied ? out : 1, p.type));
    buffers.push_back(of_floats(w.has_residual ? out : 1));
    buffers.push_back(of_floats(int64_t(s.images) * s.channels));
    return {buffers, [=](memory m) {
                mammo_cuda_convolution given = made;
                mammo_cuda_affine to = affine;
                given.in = m[0], to.shift = floats(m[2]), to.out = m[3], to.copy_type = p.type;
                to.copy = is_copied ? m[4] : nullptr, to.residual = w.has_residual ? floats(m[5]) : nullptr;
                given.factors = w.for_each_image ? floats(m[6]) : nullptr;
                return t->convolution(context, &given, m[1], p.out_type, &to);
            }};
}

}  // namespace check
