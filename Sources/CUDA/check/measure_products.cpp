// The products that are timed, by themselves and with what comes after them.
#include "call_buffers.h"

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

}  // namespace check
