// A dense convolution, with a bias, an activation and a residual: the product of its patches, which are read from the images where
// the fused kernel computes it, and elsewhere gathered as rows.
#include "convolution.h"

#include "fused_affine.cuh"
#include "fused_images.cuh"

namespace mammo_cuda {

convolution_of of_images(convolution_of of, int first, int count) {
    of.in = values_from(of.in, of.in_type, first * positions_of(of.shape) * of.shape.channels);
    of.factors = of.factors ? of.factors + static_cast<int64_t>(first) * of.shape.channels : nullptr;
    of.shape.images = count;
    return of;
}

mammo_cuda_affine of_images(mammo_cuda_affine of, int first, int count) {
    const int64_t channels = of.for_each_image ? static_cast<int64_t>(first) * of.shape.channels : 0;
    const int64_t values = first * positions_of(of.shape) * of.shape.channels;
    of.in = values_from(of.in, of.in_type, values);
    of.scale = of.scale ? of.scale + channels : nullptr;
    of.shift = of.shift ? of.shift + channels : nullptr;
    of.factors = of.factors ? of.factors + first : nullptr;
    of.residual = of.residual ? of.residual + values : nullptr;
    of.out = static_cast<char *>(of.out) + values * bytes_of(of.out_type);
    if (of.copy) of.copy = static_cast<char *>(of.copy) + values * bytes_of(of.copy_type);
    of.shape.images = count;
    return of;
}

mammo_cuda_product product_of(
    const convolution_of &of, int64_t rows, int64_t columns, int64_t depth, const void *a, const void *b) {
    mammo_cuda_product p = {};
    p.rows = rows, p.columns = columns, p.depth = depth;
    p.a = a, p.b = b, p.a_stride = p.b_stride = depth, p.out_stride = columns, p.b_transposed = 1;
    p.type = p.out_type = of.type, p.alpha = 1, p.separate = of.separate, p.tf32 = of.tf32;
    return p;
}

mammo_cuda_product forward_product(const convolution_of &of, const void *patches, const void *weights, type sums) {
    const int64_t rows = of.shape.images * positions_of(outputs_of(of.shape, of.window, of.outputs));
    mammo_cuda_product p = product_of(of, rows, of.outputs, depth_of(of), patches, weights);
    p.out_type = sums;
    return p;
}

bool reads_images(
    const context *context, const convolution_of &of, const void *weights, type sums, const mammo_cuda_affine &to) {
    if (of.separate || of.window.kernel > most_taps_across || of.shape.channels % fused_pack != 0) return false;
    if (static_cast<int64_t>(of.window.kernel) * of.shape.columns * of.shape.channels > 0x7FFFFFFF) return false;
    if (positions_of(outputs_of(of.shape, of.window, of.outputs)) > 0x7FFFFFFF) return false;
    // Converted images lie in memory of their own, which is aligned.
    const void *const in = of.in_type == of.type ? of.in : nullptr;
    const mammo_cuda_product p = forward_product(of, in, weights, sums);
    return is_finished(p, to) && is_fused(context, p, true, {to.scale, to.shift, to.residual, to.out, to.copy});
}

static status convolution_of_images(
    context *context, const convolution_of &of, const void *weights, type sums, const mammo_cuda_affine &to) {
    const int64_t values = positions_of(of.shape) * of.shape.channels;
    const int64_t copied = of.in_type == of.type ? 0 : values * bytes_of(of.type);
    return in_parts(of, copied, [&](const convolution_of &part, int first) {
        const int64_t count = part.shape.images * values;
        return with_values(context, part.in, part.in_type, count, part.type, [&](const void *in) {
            const mammo_cuda_product p = forward_product(part, in, weights, sums);
            return with_finish(p, of_images(to, first, part.shape.images), [&](auto tag, auto held, auto finish) {
                using T = typename decltype(tag)::type;
                using Held = typename decltype(held)::type;
                const stored_images<T> patches(in, part.shape, part.window);
                return launch_fused_by_weights<T, Held>(context, "convolution", p, patches, finish);
            });
        });
    });
}

status convolution(
    context *context, const mammo_cuda_convolution *given, const void *weights, type sums, const mammo_cuda_affine *to) {
    const convolution_of &of = *given;
    const shape outputs = outputs_of(of.shape, of.window, of.outputs);
    const int64_t positions = of.shape.images * positions_of(outputs);
    if (positions == 0 || of.outputs == 0) return mammo_cuda_ok;
    const mammo_cuda_product whole = forward_product(of, of.in, weights, sums);
    TRY(supported(context, whole));
    TRY(has_shape(whole, to->shape, "a convolution"));
    if (of.factors) return gated_convolution(context, of, weights, sums, *to);
    if (!is_pointwise(of) && reads_images(context, of, weights, sums, *to)) {
        return convolution_of_images(context, of, weights, sums, *to);
    }
    return with_patches(context, of, [&](const void *patches, const convolution_of &part, int first) {
        const mammo_cuda_product p = forward_product(part, patches, weights, sums);
        const mammo_cuda_affine made = of_images(*to, first, part.shape.images);
        return product_affine(context, &p, &made);
    });
}

}  // namespace mammo_cuda
