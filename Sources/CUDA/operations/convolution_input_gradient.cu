// The gradient of a dense convolution's input: with a stride of 1 a convolution again, with the weights the other way round, where the
// fused kernel computes it; otherwise the patches' gradients, which are added up where they overlap.
#include "affine.h"
#include "convolution.h"
#include "fused_affine.cuh"

namespace mammo_cuda {

/// The convolution that gives the input's gradient from that of the outputs.
static convolution_of backwards(const convolution_of &of, const void *gradient, type gradient_type) {
    convolution_of back = of;
    back.factors = nullptr;
    back.in = gradient, back.in_type = gradient_type;
    back.shape = outputs_of(of.shape, of.window, of.outputs);
    back.window = {of.window.kernel, 1, of.window.kernel - 1 - of.window.padding};
    back.outputs = of.shape.channels;
    return back;
}

/// The patches' gradient, added up to the input's, which goes to `to`, by way of memory of its own where something is made of it.
static status scattered_gradient(
    context *context, const convolution_of &of, const void *weights, const void *gradient, type gradient_type,
    const mammo_cuda_affine &to) {
    const shape outputs = outputs_of(of.shape, of.window, of.outputs);
    const int64_t depth = depth_of(of), positions = positions_of(outputs), slopes = positions * of.outputs;
    return in_parts(of, positions * depth * bytes_of(of.type), [&](const convolution_of &part, int first) {
        const int images = part.shape.images;
        mammo_cuda_affine made = of_images(to, first, images);
        const auto add_up = [&](const void *patches) -> status {
            if (is_nothing(made)) {
                return scatter_patches(
                    context, patches, part.type, part.window, made.out, made.out_type, part.shape);
            }
            const int64_t values = images * positions_of(part.shape) * part.shape.channels;
            return with_memory(context, values * bytes_of(part.type), [&](void *sums) -> status {
                TRY(scatter_patches(context, patches, part.type, part.window, sums, part.type, part.shape));
                made.in = sums, made.in_type = part.type;
                return affine(context, &made);
            });
        };
        const void *const own = values_from(gradient, gradient_type, first * slopes);
        return with_values(context, own, gradient_type, images * slopes, part.type, [&](const void *rows) {
            return with_memory(context, images * positions * depth * bytes_of(part.type), [&](void *patches) -> status {
                mammo_cuda_product p = product_of(part, images * positions, depth, part.outputs, rows, weights);
                p.b_transposed = 0, p.b_stride = depth, p.out = patches;
                TRY(product(context, &p));
                return add_up(patches);
            });
        });
    });
}

status convolution_input_gradient(
    context *context, const mammo_cuda_convolution *given, const float *weights, const void *gradient,
    type gradient_type, const mammo_cuda_affine *to) {
    const convolution_of &of = *given;
    const int64_t positions = of.shape.images * positions_of(of.shape);
    if (positions == 0 || of.shape.channels == 0) return mammo_cuda_ok;
    const mammo_cuda_product whole = product_of(of, positions, of.shape.channels, of.outputs, gradient, nullptr);
    TRY(supported(context, whole));
    TRY(has_shape(whole, to->shape, "a convolution's gradient"));
    const int taps = of.window.kernel * of.window.kernel;
    return with_memory(context, depth_of(of) * of.outputs * bytes_of(of.type), [&](void *ordered) -> status {
        const convolution_of back = backwards(of, gradient, gradient_type);
        // Where an image is smaller than the kernel, and has no output, the outputs do not give its size back.
        const bool is_convolution = of.window.stride == 1 && back.window.padding >= 0 && positions_of(back.shape) > 0;
        if (is_convolution && reads_images(context, back, ordered, of.type, *to)) {
            TRY(reversed_order(context, weights, ordered, of.type, of.outputs, of.shape.channels, taps));
            return convolution(context, &back, ordered, of.type, to);
        }
        TRY(patch_order(context, weights, mammo_cuda_fp32, ordered, of.type, of.outputs, of.shape.channels, taps, 0));
        return scattered_gradient(context, of, ordered, gradient, gradient_type, *to);
    });
}

}  // namespace mammo_cuda
