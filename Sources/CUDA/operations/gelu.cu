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
        load(bias + channel, shift);
#pragma unroll
        for (int k = 0; k < width; k++) {
            values[k] = gelu_of(values[k] + shift[k]);
        }
        store(out + place, values);
    }
};

template <typename T, int width> struct gelu_slopes {
    const T *in;
    const float *bias;
    T *gradient;
    int channels;

    __device__ void operator()(int, int64_t row, int channel, float (&sums)[1][width]) const {
        const int64_t place = row * channels + channel;
        float values[width], shift[width], slopes[width];
        load(in + place, values);
        load(bias + channel, shift);
        load(gradient + place, slopes);
#pragma unroll
        for (int k = 0; k < width; k++) {
            slopes[k] *= gelu_slope(values[k] + shift[k]);
            sums[0][k] += slopes[k];
        }
        store(gradient + place, slopes);
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
    context *context, const void *in, const float *bias, void *gradient, type type, float *bias_gradient, int64_t rows,
    int channels) {
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(channels, {in, bias, gradient}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const gelu_slopes<T, width> body = {
                static_cast<const T *>(in), bias, static_cast<T *>(gradient), channels};
            return launch_columns<1, width>(
                context, "gradient of GELU", 1, rows, channels, body, bias_gradient, nullptr);
        });
    });
}

}  // namespace mammo_cuda
