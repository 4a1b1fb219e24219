#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

template <int width> struct pooled_values {
    const float *in;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel, float (&sums)[1][width]) const {
        float values[width];
        load(in + (image * positions + position) * channels + channel, values);
#pragma unroll
        for (int k = 0; k < width; k++) sums[0][k] += values[k];
    }
};

status mean(context *context, const float *in, float *out, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_width<float>(shape.channels, {in}, [&](auto wide) {
        constexpr int width = decltype(wide)::value;
        const pooled_values<width> body = {in, positions, shape.channels};
        return launch_columns<1, width>(
            context, "mean", shape.images, positions, shape.channels, body, out, nullptr, true, 1.0f / positions);
    });
}

template <int width> struct pooled_slopes {
    const float *gradient;
    float *out;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel) const {
        float values[width];
        load(gradient + static_cast<int64_t>(image) * channels + channel, values);
#pragma unroll
        for (int k = 0; k < width; k++) values[k] /= positions;
        store(out + (image * positions + position) * channels + channel, values);
    }
};

status mean_gradient(context *context, const float *gradient, float *input_gradient, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_width<float>(shape.channels, {gradient, input_gradient}, [&](auto wide) {
        constexpr int width = decltype(wide)::value;
        const pooled_slopes<width> body = {gradient, input_gradient, positions, shape.channels};
        return launch_over_rows<width>(context, "gradient of the mean", shape.images, positions, shape.channels, body);
    });
}

}  // namespace mammo_cuda
