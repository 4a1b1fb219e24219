// A convolution of images whose channels are multiplied by factors first: a 1×1 convolution into the stream by the fused kernel, which
// multiplies the values where it has copied them to; others by a pass of its own before the convolution.
#include "convolution.h"
#include "fused_affine.cuh"
#include "fused_gated.cuh"

namespace mammo_cuda {

/// Whether the fused kernel multiplies by the factors: see `launch_gated`.
static bool multiplies_copies(
    const context *context, const convolution_of &of, const mammo_cuda_product &p, const mammo_cuda_affine &to) {
    return is_pointwise(of) && of.in_type == of.type && p.out_type == p.type && to.out_type == mammo_cuda_fp32 &&
           positions_of(of.shape) <= 0x7FFFFFFF && is_finished(p, to) &&
           is_fused(context, p, true, {of.factors, to.scale, to.shift, to.residual, to.out, to.copy});
}

static status launch_gated(
    context *context, const convolution_of &of, const mammo_cuda_product &p, const mammo_cuda_affine &to) {
    return with_halves(p.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        const gated_matrix<T> left = {left_of<T>(p), of.factors, static_cast<int>(positions_of(of.shape)), p.rows};
        return launch_fused_by_weights<T, T>(context, "gated convolution", p, left, fused_affine<float, T>{to});
    });
}

status gated_convolution(
    context *context, const convolution_of &of, const void *weights, type sums, const mammo_cuda_affine &to) {
    const mammo_cuda_product p = forward_product(of, of.in, weights, sums);
    if (multiplies_copies(context, of, p, to)) return launch_gated(context, of, p, to);
    const int64_t values = positions_of(of.shape) * of.shape.channels;
    return in_parts(of, values * bytes_of(of.type), [&](const convolution_of &part, int first) {
        const int images = part.shape.images;
        return with_memory(context, images * values * bytes_of(part.type), [&](void *multiplied) -> status {
            mammo_cuda_affine gate = {};
            gate.in = part.in, gate.in_type = part.in_type, gate.scale = part.factors, gate.for_each_image = 1;
            gate.out = multiplied, gate.out_type = part.type, gate.shape = part.shape;
            TRY(affine(context, &gate));
            convolution_of after = part;
            after.in = multiplied, after.in_type = part.type, after.factors = nullptr;
            const mammo_cuda_affine made = of_images(to, first, images);
            return convolution(context, &after, weights, sums, &made);
        });
    });
}

}  // namespace mammo_cuda
