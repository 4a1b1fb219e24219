// The generalised mean over an image's positions, its derivative by the exponent, and the way back.
#include "columns.cuh"
#include "operations.h"
#include "power.cuh"
#include "reduce.cuh"

namespace mammo_cuda {

/// Not less than epsilon; NaN remains NaN.
__device__ __forceinline__ float at_least(float x, float epsilon) { return x < epsilon ? epsilon : x; }

/// Of powers, and of powers times logarithms.
struct power_sums {
    double powers, logarithms;

    __device__ void operator+=(const power_sums &other) {
        powers += other.powers, logarithms += other.logarithms;
    }
};

template <typename T, int width> struct power_values {
    const T *in;
    const float *exponent;
    float epsilon;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel, power_sums (&sums)[1][width]) const {
        const power_exponent p(*exponent);
        float values[width];
        load(in + (image * positions + position) * channels + channel, values);
#pragma unroll
        for (int k = 0; k < width; k++) {
            const float x = at_least(values[k], epsilon);
            const binary_logarithm logarithm(x);
            // What is added is 0, or NaN where x is not finite.
            const float power = power_of(logarithm, p) + (x - x);
            sums[0][k] += {power, power * logarithm.natural()};
        }
    }
};

/// ln of the mean is ln(sum / positions) / p.
struct written_means {
    const float *exponent;
    float *out, *slopes;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t channel, const power_sums &sums) const {
        const int64_t at = static_cast<int64_t>(image) * channels + channel;
        const double p = *exponent, logarithm = log(sums.powers / static_cast<double>(positions)) / p;
        const double mean = exp(logarithm);
        out[at] = static_cast<float>(mean);
        if (slopes) slopes[at] = static_cast<float>(mean * (sums.logarithms / sums.powers - logarithm) / p);
    }
};

status generalised_mean(
    context *context, const void *in, type in_type, const float *exponent, float epsilon, float *out, float *slopes,
    shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    return with_type(in_type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(shape.channels, {in}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const power_values<T, width> body = {
                static_cast<const T *>(in), exponent, epsilon, positions, shape.channels};
            return launch_image_columns<power_sums, width>(
                context, "generalised mean", shape, body,
                written_means{exponent, out, slopes, positions, shape.channels});
        });
    });
}

/// gradient / positions · (x / mean)^(p - 1).
template <typename T, int width> struct power_slopes {
    const T *in;
    const float *exponent;
    float epsilon;
    const float *means, *gradient;
    float *out;
    int64_t positions;
    int channels;

    __device__ void operator()(int image, int64_t position, int channel) const {
        const power_exponent p(*exponent - 1);
        const int64_t own = static_cast<int64_t>(image) * channels + channel;
        const int64_t place = (image * positions + position) * channels + channel;
        float values[width], mean[width], slopes[width];
        load(in + place, values);
        load(means + own, mean);
        load(gradient + own, slopes);
#pragma unroll
        for (int k = 0; k < width; k++) {
            const float share = at_least(values[k], epsilon) / mean[k];
            // As above: NaN where x or another of the image's is not finite.
            const float slope = slopes[k] / positions * power_of(binary_logarithm(share), p) + (share - share);
            slopes[k] = values[k] < epsilon ? 0 : slope;
        }
        store(out + place, slopes);
    }
};

constexpr int exponent_threads = 256;

__global__ void __launch_bounds__(exponent_threads) add_exponent_slope(
    const float *gradient, const float *slopes, int64_t count, float *out) {
    CUDA_SHARED(double, shared, exponent_threads / 32);
    double sum = 0;
    for (int64_t i = threadIdx.x; i < count; i += exponent_threads) sum += static_cast<double>(gradient[i]) * slopes[i];
    sum = block_sum(sum, shared);
    if (threadIdx.x == 0) *out += static_cast<float>(sum);
}

status generalised_mean_gradient(
    context *context, const void *in, type in_type, const float *exponent, float epsilon, const float *means,
    const float *slopes, const float *gradient, float *input_gradient, float *exponent_gradient, shape shape) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    if (exponent_gradient && positions > 0) {
        KLAUNCH(
            add_exponent_slope, dim3(1), dim3(exponent_threads), 0, context->compute(), gradient, slopes,
            static_cast<int64_t>(shape.images) * shape.channels, exponent_gradient);
        TRY(launched("gradient of the exponent"));
    }
    if (!input_gradient) return mammo_cuda_ok;
    return with_type(in_type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(shape.channels, {in, means, gradient, input_gradient}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const power_slopes<T, width> body = {
                static_cast<const T *>(in), exponent, epsilon, means, gradient, input_gradient, positions, shape.channels};
            return launch_over_rows<width>(
                context, "gradient of the generalised mean", shape.images, positions, shape.channels, body);
        });
    });
}

}  // namespace mammo_cuda
