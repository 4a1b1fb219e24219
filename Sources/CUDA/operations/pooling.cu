#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

template <typename T, int width> struct pooled_values {
    const T *in;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel, float (&sums)[1][width]) const {
        float values[width];
        load(in + (image * positions + position) * channels + channel, values);
#pragma unroll
        for (int k = 0; k < width; k++) sums[0][k] += values[k];
    }
};

status mean(context *context, const void *in, type in_type, float *out, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_type(in_type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(shape.channels, {in}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const pooled_values<T, width> body = {static_cast<const T *>(in), positions, shape.channels};
            return launch_columns<1, width>(
                context, "mean", shape.images, positions, shape.channels, body, out, nullptr, true, 1.0f / positions);
        });
    });
}

template <typename A, typename B, int width> struct product_values {
    const A *a;
    const B *b;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel, float (&sums)[1][width]) const {
        const int64_t place = (image * positions + position) * channels + channel;
        float left[width], right[width];
        load(a + place, left);
        load(b + place, right);
#pragma unroll
        for (int k = 0; k < width; k++) sums[0][k] += left[k] * right[k];
    }
};

status image_products(
    context *context, const void *a, type a_type, const void *b, type b_type, float *out, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_types(a_type, b_type, [&](auto a_tag, auto b_tag) {
        using A = typename decltype(a_tag)::type;
        using B = typename decltype(b_tag)::type;
        return with_width<A, B>(shape.channels, {a, b}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const product_values<A, B, width> body = {
                static_cast<const A *>(a), static_cast<const B *>(b), positions, shape.channels};
            return launch_columns<1, width>(
                context, "products of an image", shape.images, positions, shape.channels, body, out, nullptr, true);
        });
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
