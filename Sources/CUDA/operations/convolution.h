// What the dense convolution and its gradients have in common.
#pragma once

#include "borrowed.h"
#include "product_types.h"
#include "windows.h"

#include <algorithm>

namespace mammo_cuda {

using convolution_of = mammo_cuda_convolution;

/// Values of a patch.
inline int64_t depth_of(const convolution_of &of) {
    return static_cast<int64_t>(of.window.kernel) * of.window.kernel * of.shape.channels;
}

/// Whether each output's patch is its own position.
inline bool is_pointwise(const convolution_of &of) {
    return of.window.kernel == 1 && of.window.stride == 1 && of.window.padding == 0;
}

/// The same of some of its images.
convolution_of of_images(convolution_of of, int first, int count);
mammo_cuda_affine of_images(mammo_cuda_affine of, int first, int count);

/// A pointer so many values on; null stays null.
inline const void *values_from(const void *from, type type, int64_t values) {
    return from ? static_cast<const char *>(from) + values * bytes_of(type) : nullptr;
}

/// body(the convolution of some images, the first of them) for all of its images, in parts whose copies, of so many bytes for an image,
/// fit into the convolution's memory; of one image at least.
template <typename Body> status in_parts(const convolution_of &of, int64_t bytes_of_image, Body body) {
    const int64_t all = of.shape.images, fit = bytes_of_image > 0 ? static_cast<int64_t>(of.memory) / bytes_of_image : all;
    const int each = static_cast<int>(std::clamp<int64_t>(fit, 1, all));
    for (int first = 0; first < all; first += each) {
        TRY(body(of_images(of, first, std::min(each, static_cast<int>(all) - first)), first));
    }
    return mammo_cuda_ok;
}

/// body(values in `type`): the given ones, or a copy of them.
template <typename Body>
status with_values(context *context, const void *in, type in_type, int64_t count, type type, Body body) {
    if (in_type == type) return body(in);
    return with_memory(context, count * bytes_of(type), [&](void *copy) -> status {
        TRY(convert(context, in, in_type, copy, type, count));
        return body(static_cast<const void *>(copy));
    });
}

/// body(the patches as rows, the convolution of some images, the first of them), of the images in the convolution's type; a
/// pointwise convolution's are its input.
template <typename Body> status with_patches(context *context, const convolution_of &of, Body body) {
    const bool is_copied = !is_pointwise(of) || of.in_type != of.type;
    const int64_t values = positions_of(outputs_of(of.shape, of.window, of.outputs)) * depth_of(of);
    return in_parts(of, is_copied ? values * bytes_of(of.type) : 0, [&](const convolution_of &part, int first) {
        const int64_t all = part.shape.images * values;
        if (is_pointwise(of)) {
            return with_values(context, part.in, part.in_type, all, part.type, [&](const void *rows) {
                return body(rows, part, first);
            });
        }
        return with_memory(context, all * bytes_of(of.type), [&](void *rows) -> status {
            TRY(gather_patches(context, part.in, part.in_type, part.window, rows, part.type, part.shape));
            return body(static_cast<const void *>(rows), part, first);
        });
    });
}

/// A product's description for a convolution's operands and sums: rows × depth times columns × depth, unless an operand is
/// described otherwise.
mammo_cuda_product product_of(
    const convolution_of &of, int64_t rows, int64_t columns, int64_t depth, const void *a, const void *b);

/// The product of a convolution's patches, as rows or as they are read from images, with its weights.
mammo_cuda_product forward_product(const convolution_of &of, const void *patches, const void *weights, type sums);

/// `convolution` where there are factors.
status gated_convolution(
    context *, const convolution_of &, const void *weights, type sums, const mammo_cuda_affine &to);

/// Whether the fused kernel reads the patches of a convolution from its images, converted where they have another type, and makes
/// `affine` of its sums, rounded to `sums` first.
bool reads_images(
    const context *context, const convolution_of &of, const void *weights, type sums, const mammo_cuda_affine &to);

}  // namespace mammo_cuda
