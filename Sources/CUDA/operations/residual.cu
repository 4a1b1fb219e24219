// The end of a block: the residual stream takes up what the branch says of its images, and the way back.
#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

template <typename T, int width> struct residual_values {
    const float *stream;
    const int32_t *images;
    const T *branch;
    const float *bias, *scale;
    float factor;
    float *out;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel) const {
        const int64_t own = (image * positions + position) * channels + channel;
        const int64_t place = ((images ? images[image] : image) * positions + position) * channels + channel;
        float values[width], shift[width], scales[width], sums[width];
        load(branch + own, values);
        load_unchanged(bias + channel, shift);
        load_unchanged(scale + channel, scales);
        load(stream + place, sums);
#pragma unroll
        for (int k = 0; k < width; k++) sums[k] += factor * scales[k] * (values[k] + shift[k]);
        store(out + place, sums);
    }
};

/// sums[0] are of the scale's gradient, sums[1] of the bias's.
template <typename T, int width> struct residual_slopes {
    const float *gradient;
    const int32_t *images;
    const T *branch;
    const float *bias, *scale;
    float factor;
    T *branch_gradient;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel, float (&sums)[2][width]) const {
        const int64_t own = (image * positions + position) * channels + channel;
        const int64_t place = ((images ? images[image] : image) * positions + position) * channels + channel;
        float values[width], shift[width], scales[width], slopes[width];
        load(branch + own, values);
        load_unchanged(bias + channel, shift);
        load_unchanged(scale + channel, scales);
        load(gradient + place, slopes);
#pragma unroll
        for (int k = 0; k < width; k++) {
            const float slope = factor * slopes[k];
            sums[0][k] += slope * (values[k] + shift[k]);
            values[k] = scales[k] * slope;
            sums[1][k] += values[k];
        }
        store(branch_gradient + own, values);
    }
};

status residual(
    context *context, const float *stream, const int32_t *images, const void *branch, type type, const float *bias,
    const float *scale, float factor, float *out, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T, float>(shape.channels, {stream, branch, bias, scale, out}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const residual_values<T, width> body = {
                stream, images, static_cast<const T *>(branch), bias, scale, factor, out, positions, shape.channels};
            return launch_over_rows<width>(context, "residual", shape.images, positions, shape.channels, body);
        });
    });
}

status residual_gradient(
    context *context, const float *gradient, const int32_t *images, const void *branch, type type, const float *bias,
    const float *scale, float factor, void *branch_gradient, float *scale_gradient, float *bias_gradient,
    shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T, float>(
            shape.channels, {gradient, branch, bias, scale, branch_gradient}, [&](auto wide) {
                constexpr int width = decltype(wide)::value;
                const residual_slopes<T, width> body = {
                    gradient, images, static_cast<const T *>(branch), bias, scale, factor,
                    static_cast<T *>(branch_gradient), positions, shape.channels};
                return launch_columns<2, width>(
                    context, "gradient of the residual", shape.images, positions, shape.channels, body, scale_gradient,
                    bias_gradient);
            });
    });
}

}  // namespace mammo_cuda
