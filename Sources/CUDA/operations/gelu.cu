// GELU by the exact erf, as the pretrained weights have it: cuBLASLt's own is the form by tanh, 5e-4 off.
#include "activation.cuh"
#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

template <typename T, int width> struct gelu_values {
    const T *in;
    const float *bias;
    T *out;
    int channels;

    __device__ void operator()(int, int64_t row, int channel) const {
        const int64_t place = row * channels + channel;
        float values[width], shift[width];
        load(in + place, values);
        load_unchanged(bias + channel, shift);
#pragma unroll
        for (int k = 0; k < width; k++) {
            const float x = values[k] + shift[k];
            values[k] = normal_parts_of<T>(x).gelu(x);
        }
        store(out + place, values);
    }
};

template <typename T, int width, bool activates> struct gelu_slopes {
    const T *in;
    const float *bias;
    T *gradient, *activated;
    int channels;

    __device__ void operator()(int, int64_t row, int channel, float (&sums)[1][width]) const {
        const int64_t place = row * channels + channel;
        float values[width], shift[width], slopes[width];
        load(in + place, values);
        load(gradient + place, slopes);
        load_unchanged(bias + channel, shift);
#pragma unroll
        for (int k = 0; k < width; k++) {
            const float x = values[k] + shift[k];
            const normal_parts parts = normal_parts_of<T>(x);
            slopes[k] *= parts.gelu_slope(x);
            sums[0][k] += slopes[k];
            if (activates) values[k] = parts.gelu(x);
        }
        store(gradient + place, slopes);
        if (activates) store(activated + place, values);
    }
};

status gelu(
    context *context, const void *in, const float *bias, void *out, type type, int64_t rows, int channels) {
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(channels, {in, bias, out}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const gelu_values<T, width> body = {static_cast<const T *>(in), bias, static_cast<T *>(out), channels};
            return launch_over_rows<width>(context, "GELU", 1, rows, channels, body);
        });
    });
}

status gelu_gradient(
    context *context, const void *in, const float *bias, void *gradient, void *activated, type type,
    float *bias_gradient, int64_t rows, int channels) {
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(channels, {in, bias, gradient, activated}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const auto launch = [&](auto activates) {
                const gelu_slopes<T, width, decltype(activates)::value> body = {
                    static_cast<const T *>(in), bias, static_cast<T *>(gradient), static_cast<T *>(activated),
                    channels};
                return launch_columns<1, width>(
                    context, "gradient of GELU", 1, rows, channels, body, bias_gradient, nullptr);
            };
            return activated ? launch(std::true_type()) : launch(std::false_type());
        });
    });
}

}  // namespace mammo_cuda
