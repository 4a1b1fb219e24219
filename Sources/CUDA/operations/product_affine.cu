// A product with a bias, an activation and a residual.
#include "affine.h"
#include "fused_affine.cuh"

namespace mammo_cuda {

status product_affine(context *context, const mammo_cuda_product *given, const mammo_cuda_affine *affine_given) {
    mammo_cuda_product p = *given;
    mammo_cuda_affine of = *affine_given;
    if (p.rows == 0 || p.columns == 0) return mammo_cuda_ok;
    TRY(supported(context, p));
    TRY(has_shape(p, of.shape, "a product with scale and shift"));
    if (is_nothing(of) && !p.out && of.out_type == p.out_type) {
        TRY(is_dense(p, "a product with scale and shift"));
        p.out = of.out;
        return product(context, &p);
    }
    if (is_finished(p, of) && is_fused(context, p, true, {of.scale, of.shift, of.residual, of.out, of.copy})) {
        return with_finish(p, of, [&](auto tag, auto held, auto finish) {
            using T = typename decltype(tag)::type;
            using Held = typename decltype(held)::type;
            return launch_fused_by_weights<T, Held>(context, "product, scale and shift", p, left_of<T>(p), finish);
        });
    }
    TRY(is_dense(p, "a product with scale and shift"));
    // Where the result's memory holds the product too, none of its own is needed.
    if (!p.out && of.out_type == p.out_type && of.residual != of.out) p.out = of.out;
    return with_result(context, p, [&] {
        of.in = p.out, of.in_type = p.out_type;
        return affine(context, &of);
    });
}

}  // namespace mammo_cuda
