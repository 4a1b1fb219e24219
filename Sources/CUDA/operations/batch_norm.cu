// A batch normalisation's statistics: sums over all positions, and what is made of them without the host waiting for them.
#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

template <typename T, int width> struct moments {
    const T *in;
    int channels;

    __device__ void operator()(int, int64_t row, int channel, float (&sums)[2][width]) const {
        float values[width];
        load(in + row * channels + channel, values);
#pragma unroll
        for (int k = 0; k < width; k++) {
            sums[0][k] += values[k];
            sums[1][k] += values[k] * values[k];
        }
    }
};

status batch_moments(context *context, const void *in, type type, int64_t rows, int channels, double *sums) {
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(channels, {in}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const moments<T, width> body = {static_cast<const T *>(in), channels};
            return launch_exact_columns<width>(context, "moments of a batch", rows, channels, body, sums);
        });
    });
}

constexpr int statistics_threads = 128;

__global__ void __launch_bounds__(statistics_threads) normalise_channels(
    const double *sums, double count, mammo_cuda_batch_norm norm, bool updates) {
    const int c = blockIdx.x * statistics_threads + threadIdx.x;
    if (c >= norm.channels) return;
    double mean = norm.running_mean[c], variance = norm.running_variance[c];
    if (sums) {
        const double before = mean, spread = variance;
        mean = sums[c] / count;
        variance = sums[norm.channels + c] / count - mean * mean;
        variance = variance < 0 ? 0 : variance;
        if (updates) {
            const double share = norm.momentum, unbiased = count > 1 ? count / (count - 1) : 1;
            norm.running_mean[c] = static_cast<float>((1 - share) * before + share * mean);
            norm.running_variance[c] = static_cast<float>((1 - share) * spread + share * variance * unbiased);
            if (c == 0) norm.counter[0] += 1;
        }
    }
    const double inverse = 1 / sqrt(variance + norm.epsilon), scale = norm.gamma[c] * inverse;
    norm.mean[c] = static_cast<float>(mean);
    norm.inverse[c] = static_cast<float>(inverse);
    norm.scale[c] = static_cast<float>(scale);
    norm.shift[c] = static_cast<float>(norm.beta[c] - mean * scale);
}

status batch_statistics(
    context *context, const double *sums, double count, const mammo_cuda_batch_norm *norm, int updates) {
    const dim3 grid(static_cast<unsigned>((norm->channels + statistics_threads - 1) / statistics_threads));
    KLAUNCH(
        normalise_channels, grid, dim3(statistics_threads), 0, context->compute(), sums, count, *norm, updates != 0);
    return launched("statistics of a batch");
}

}  // namespace mammo_cuda
