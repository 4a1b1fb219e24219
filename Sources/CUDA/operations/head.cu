// The classifier after the pooling: a norm and one logit. It is small, so it is computed in double precision as on the host.
#include "context.cuh"
#include "operations.h"
#include "reduce.cuh"

namespace mammo_cuda {

constexpr int head_threads = 128;
constexpr double head_epsilon = 1e-6;

struct row_statistics {
    double mean, inverse;
};

/// Of one row, by all threads of a block.
__device__ row_statistics statistics_of(const float *row, int channels, double *shared) {
    double sum = 0;
    for (int c = threadIdx.x; c < channels; c += head_threads) sum += row[c];
    const double mean = block_sum(sum, shared) / channels;
    double squares = 0;
    for (int c = threadIdx.x; c < channels; c += head_threads) squares += (row[c] - mean) * (row[c] - mean);
    return {mean, 1 / sqrt(block_sum(squares, shared) / channels + head_epsilon)};
}

__global__ void __launch_bounds__(head_threads) head_logits(
    const float *pooled, const float *gamma, const float *beta, const float *weights, const float *bias, float *logits,
    int channels) {
    CUDA_SHARED(double, shared, head_threads / 32);
    const float *row = pooled + static_cast<int64_t>(blockIdx.x) * channels;
    const row_statistics of = statistics_of(row, channels, shared);
    double sum = 0;
    for (int c = threadIdx.x; c < channels; c += head_threads) {
        sum += ((row[c] - of.mean) * of.inverse * gamma[c] + beta[c]) * weights[c];
    }
    sum = block_sum(sum, shared);
    if (threadIdx.x == 0) logits[blockIdx.x] = static_cast<float>(sum + bias[0]);
}

__global__ void __launch_bounds__(head_threads) head_rows_gradient(
    const float *pooled, const float *gamma, const float *weights, const float *slopes, float *pooled_gradient,
    row_statistics *statistics, int channels) {
    CUDA_SHARED(double, shared, head_threads / 32);
    const float *row = pooled + static_cast<int64_t>(blockIdx.x) * channels;
    const row_statistics of = statistics_of(row, channels, shared);
    const double slope = slopes[blockIdx.x];
    double sum = 0, products = 0;
    for (int c = threadIdx.x; c < channels; c += head_threads) {
        const double inner = slope * weights[c] * gamma[c];
        sum += inner;
        products += inner * (row[c] - of.mean) * of.inverse;
    }
    const double mean = block_sum(sum, shared) / channels, share = block_sum(products, shared) / channels;
    for (int c = threadIdx.x; c < channels; c += head_threads) {
        const double inner = slope * weights[c] * gamma[c], normal = (row[c] - of.mean) * of.inverse;
        pooled_gradient[static_cast<int64_t>(blockIdx.x) * channels + c] =
            static_cast<float>((inner - mean - normal * share) * of.inverse);
    }
    if (threadIdx.x == 0) statistics[blockIdx.x] = of;
}

/// A thread for each channel goes over the images.
__global__ void __launch_bounds__(head_threads) head_parameters_gradient(
    const float *pooled, const float *gamma, const float *beta, const float *weights, const float *slopes,
    const row_statistics *statistics, float *gamma_gradient, float *beta_gradient, float *weights_gradient,
    float *bias_gradient, int images, int channels) {
    const int c = blockIdx.x * head_threads + threadIdx.x;
    if (c >= channels) return;
    double gammas = 0, slope_sum = 0;
    for (int image = 0; image < images; image++) {
        const double slope = slopes[image];
        const row_statistics of = statistics[image];
        gammas += slope * (pooled[static_cast<int64_t>(image) * channels + c] - of.mean) * of.inverse;
        slope_sum += slope;
    }
    gamma_gradient[c] += static_cast<float>(gammas * weights[c]);
    beta_gradient[c] += static_cast<float>(slope_sum * weights[c]);
    weights_gradient[c] += static_cast<float>(gammas * gamma[c] + slope_sum * beta[c]);
    if (c == 0) bias_gradient[0] += static_cast<float>(slope_sum);
}

status head(
    context *context, const float *pooled, const float *gamma, const float *beta, const float *weights,
    const float *bias, float *logits, int images, int channels) {
    if (images == 0) return mammo_cuda_ok;
    KLAUNCH(
        head_logits, dim3(images), dim3(head_threads), 0, context->compute(), pooled, gamma, beta, weights, bias,
        logits, channels);
    return launched("head");
}

status head_gradient(
    context *context, const float *pooled, const float *gamma, const float *beta, const float *weights,
    const float *slopes, float *pooled_gradient, float *gamma_gradient, float *beta_gradient, float *weights_gradient,
    float *bias_gradient, int images, int channels) {
    if (images == 0) return mammo_cuda_ok;
    row_statistics *statistics;
    TRY(scratch(context, images, &statistics));
    KLAUNCH(
        head_rows_gradient, dim3(images), dim3(head_threads), 0, context->compute(), pooled, gamma, weights, slopes,
        pooled_gradient, statistics, channels);
    TRY(launched("gradient of the head's rows"));
    KLAUNCH(
        head_parameters_gradient, dim3((channels + head_threads - 1) / head_threads), dim3(head_threads), 0,
        context->compute(), pooled, gamma, beta, weights, slopes, statistics, gamma_gradient, beta_gradient,
        weights_gradient, bias_gradient, images, channels);
    return launched("gradient of the head's parameters");
}

}  // namespace mammo_cuda
