// Scale, shift, activation, factors of images and residual in one pass: a batch normalisation's last part, the bias and the
// activation of a product, squeeze-and-excitation's factors, stochastic depth.
#include "activation.cuh"
#include "operations.h"
#include "rows.cuh"

namespace mammo_cuda {

template <typename In, typename Out, int width, int known> struct affine_values {
    mammo_cuda_affine of;
    int64_t positions;

    __device__ void operator()(int image, int64_t position, int channel) const {
        const int channels = of.shape.channels;
        const int64_t place = (image * positions + position) * channels + channel;
        const int64_t own = (of.for_each_image ? static_cast<int64_t>(image) * channels : 0) + channel;
        float values[width];
        load(static_cast<const In *>(of.in) + place, values);
        if (of.scale) {
            float scale[width];
            load(of.scale + own, scale);
#pragma unroll
            for (int k = 0; k < width; k++) values[k] *= scale[k];
        }
        if (of.shift) {
            float shift[width];
            load(of.shift + own, shift);
#pragma unroll
            for (int k = 0; k < width; k++) values[k] += of.shift_factor * shift[k];
        }
        activate<Out>(known_activation<known>(of.activation), values);
        if (of.factors) {
            const float factor = of.factors[image];
#pragma unroll
            for (int k = 0; k < width; k++) values[k] *= factor;
        }
        if (of.residual) {
            float residual[width];
            load(of.residual + place, residual);
#pragma unroll
            for (int k = 0; k < width; k++) values[k] += residual[k];
        }
        store(static_cast<Out *>(of.out) + place, values);
    }
};

/// Without the copy.
static status one_affine(context *context, mammo_cuda_affine of) {
    int64_t positions = static_cast<int64_t>(of.shape.rows) * of.shape.columns;
    if (!of.for_each_image && !of.factors) {
        // Images are of no matter: all their positions are rows.
        positions *= of.shape.images;
        of.shape.images = positions > 0 ? 1 : 0;
    }
    return with_types(of.in_type, of.out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return with_width<In, Out>(
            of.shape.channels, {of.in, of.scale, of.shift, of.residual, of.out}, [&](auto wide) {
                constexpr int width = decltype(wide)::value;
                return with_activation(of.activation, [&](auto known) {
                    const affine_values<In, Out, width, decltype(known)::value> body = {of, positions};
                    return launch_over_rows<width>(
                        context, "scale and shift", of.shape.images, positions, of.shape.channels, body);
                });
            });
    });
}

status affine(context *context, const mammo_cuda_affine *of) {
    TRY(one_affine(context, *of));
    if (!of->copy) return mammo_cuda_ok;
    const int64_t positions = static_cast<int64_t>(of->shape.images) * of->shape.rows * of->shape.columns;
    return convert(context, of->out, of->out_type, of->copy, of->copy_type, positions * of->shape.channels);
}

}  // namespace mammo_cuda
