// Of n = (x - mean) · inverse and y = activation(x · scale + shift), with s = dy · activation'(x · scale + shift):
//     dx = scale · (s - mean of s - n · mean of s · n), d gamma = sum over positions of s · n, d beta = sum of s
// The activation is computed again from x, so nothing but x and dy is read: once for the sums, once for dx.
#include "activation.cuh"
#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

/// s, for `width` channels of a row; `values` are x.
template <int known, typename Slope, int width>
__device__ __forceinline__ void slopes_at(
    const mammo_cuda_slopes &of, int64_t place, int channel, const float (&values)[width], float (&slopes)[width]) {
    load(static_cast<const Slope *>(of.gradient) + place, slopes);
    const mammo_cuda_activation kind = known_activation<known>(of.activation);
    if (kind == mammo_cuda_identity) return;
    float arguments[width];
#pragma unroll
    for (int k = 0; k < width; k++) arguments[k] = values[k];
    if (of.scale) {
        float scale[width], shift[width];
        load(of.scale + channel, scale);
        load(of.shift + channel, shift);
#pragma unroll
        for (int k = 0; k < width; k++) arguments[k] = arguments[k] * scale[k] + shift[k];
    }
    multiply_by_slope<Slope>(kind, arguments, slopes);
}

template <typename In, typename Slope, int width, int known> struct slope_sums {
    mammo_cuda_slopes of;

    __device__ void operator()(int, int64_t row, int channel, float (&sums)[2][width]) const {
        const int64_t place = row * of.channels + channel;
        float values[width], slopes[width], mean[width], inverse[width];
        load(static_cast<const In *>(of.in) + place, values);
        slopes_at<known, Slope>(of, place, channel, values, slopes);
        load(of.mean + channel, mean);
        load(of.inverse + channel, inverse);
#pragma unroll
        for (int k = 0; k < width; k++) {
            sums[0][k] += slopes[k];
            sums[1][k] += slopes[k] * ((values[k] - mean[k]) * inverse[k]);
        }
    }
};

status batch_slopes(
    context *context, const mammo_cuda_slopes *of, double *sums, float *gamma_gradient, float *beta_gradient) {
    return with_types(of->in_type, of->gradient_type, [&](auto in_tag, auto slope_tag) {
        using In = typename decltype(in_tag)::type;
        using Slope = typename decltype(slope_tag)::type;
        return with_width<In, Slope>(
            of->channels, {of->in, of->gradient, of->mean, of->inverse, of->scale, of->shift}, [&](auto wide) {
                constexpr int width = decltype(wide)::value;
                return with_activation(of->activation, [&](auto known) {
                    const slope_sums<In, Slope, width, decltype(known)::value> body = {*of};
                    return launch_exact_columns<width>(
                        context, "sums of slopes", of->rows, of->channels, body, sums, beta_gradient, gamma_gradient);
                });
            });
    });
}

constexpr int means_threads = 128;

/// The means that dx is short of, as a constant and a factor of x: -scale · mean of s - mean · factor, where the factor is
/// -scale · inverse · mean of s · n.
__global__ void __launch_bounds__(means_threads) mean_slopes(
    const double *sums, double count, const float *scale, const float *mean, const float *inverse, int channels,
    float *terms) {
    const int c = blockIdx.x * means_threads + threadIdx.x;
    if (c >= channels) return;
    const double factor = -scale[c] * static_cast<double>(inverse[c]) * (sums[channels + c] / count);
    terms[c] = static_cast<float>(-scale[c] * (sums[c] / count) - mean[c] * factor);
    terms[channels + c] = static_cast<float>(factor);
}

template <typename In, typename Slope, typename Out, int width, int known> struct input_slopes {
    mammo_cuda_slopes of;
    /// Null where the statistics do not depend on the input.
    const float *terms;
    Out *out;

    __device__ void operator()(int, int64_t row, int channel) const {
        const int64_t place = row * of.channels + channel;
        float values[width], slopes[width];
        load(static_cast<const In *>(of.in) + place, values);
        slopes_at<known, Slope>(of, place, channel, values, slopes);
        if (of.scale) {
            float scale[width];
            load(of.scale + channel, scale);
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] *= scale[k];
        }
        if (terms) {
            float constant[width], factor[width];
            load(terms + channel, constant);
            load(terms + of.channels + channel, factor);
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] += constant[k] + values[k] * factor[k];
        }
        store(out + place, slopes);
    }
};

status batch_gradient(
    context *context, const mammo_cuda_slopes *of, const double *sums, double count, void *out, type out_type) {
    if (of->rows == 0) return mammo_cuda_ok;
    float *terms = nullptr;
    if (sums) {
        TRY(scratch(context, int64_t(2) * of->channels, &terms));
        const dim3 grid(static_cast<unsigned>(divide_up(of->channels, means_threads)));
        KLAUNCH(
            mean_slopes, grid, dim3(means_threads), 0, context->compute(), sums, count, of->scale, of->mean,
            of->inverse, of->channels, terms);
        TRY(launched("means of slopes"));
    }
    return with_types(of->in_type, of->gradient_type, out_type, [&](auto in_tag, auto slope_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Slope = typename decltype(slope_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return with_width<In, Slope, Out>(
            of->channels, {of->in, of->gradient, of->mean, of->scale, of->shift, out}, [&](auto wide) {
                constexpr int width = decltype(wide)::value;
                return with_activation(of->activation, [&](auto known) {
                    const input_slopes<In, Slope, Out, width, decltype(known)::value> body = {
                        *of, terms, static_cast<Out *>(out)};
                    return launch_over_rows<width>(
                        context, "gradient of a batch normalisation", 1, of->rows, of->channels, body);
                });
            });
    });
}

}  // namespace mammo_cuda
