// The loss of each logit and its slope, by the operations of the host: BinaryLoss in MammoNet.
#include "context.cuh"
#include "operations.h"

#include <cmath>

namespace mammo_cuda {

constexpr int loss_threads = 128;

/// A number whose products and sums are rounded one by one: the compiler makes no two of them one operation with one rounding.
struct plain {
    double value;

    __device__ __forceinline__ plain(double value) : value(value) {}
};

__device__ __forceinline__ plain operator+(plain a, plain b) { return __dadd_rn(a.value, b.value); }
__device__ __forceinline__ plain operator-(plain a, plain b) { return __dadd_rn(a.value, -b.value); }
__device__ __forceinline__ plain operator*(plain a, plain b) { return __dmul_rn(a.value, b.value); }
__device__ __forceinline__ plain operator/(plain a, plain b) { return a.value / b.value; }

struct value_and_slope {
    plain value, slope;
};

/// (1 - y) x + (1 + (weight - 1) y) log(1 + exp(-x)), the logarithm without overflow.
__device__ plain entropy(double x, plain y, plain weight) {
    const plain softplus = plain(log1p(exp(-fabs(x)))) + (0 >= -x ? 0 : -x);
    return (plain(1) - y) * x + (plain(1) + (weight - 1) * y) * softplus;
}

__device__ value_and_slope loss_of(double x, double label, const mammo_cuda_loss &loss) {
    const plain one = 1;
    const plain y = plain(label) * loss.soft_positive * (one - loss.smoothing) + plain(loss.smoothing) / 2;
    const plain q = one / (one + exp(x));
    if (!loss.focal) {
        const plain weight = one + (plain(loss.positive_weight) - 1) * y;
        return {entropy(x, y, loss.positive_weight), (one - y) - weight / (one + exp(x))};
    }
    const plain p = one / (one + exp(-x));
    const plain miss = y * q + (one - y) * p;
    const plain weight = loss.alpha < 0 ? one : plain(loss.alpha) * y + (one - loss.alpha) * (one - y);
    const plain factor = weight * pow(miss.value, loss.gamma);
    const plain share = miss.value > 0 ? p * q / miss : one;
    const plain factor_slope = factor * loss.gamma * (one - plain(2) * y) * share;
    const plain cross = entropy(x, y, 1);
    return {cross * factor, ((one - y) - q) * factor + cross * factor_slope};
}

/// One block: a thread for each image, and the first adds up what they have in the images' order.
__global__ void __launch_bounds__(loss_threads) loss_slopes(
    const float *logits, const float *labels, int images, mammo_cuda_loss loss, float *slopes, double *out) {
    CUDA_SHARED(double, losses, loss_threads);
    double sum = 0;
    for (int first = 0; first < images; first += loss_threads) {
        const int image = first + threadIdx.x;
        if (image < images) {
            const value_and_slope of = loss_of(logits[image], labels[image], loss);
            losses[threadIdx.x] = of.value.value;
            slopes[image] = static_cast<float>(of.slope.value / loss.images) / loss.batches * loss.scale;
        }
        __syncthreads();
        if (threadIdx.x == 0) {
            const int some = images - first < loss_threads ? images - first : loss_threads;
            for (int i = 0; i < some; i++) sum += losses[i];
        }
        __syncthreads();
    }
    if (threadIdx.x == 0) *out = sum;
}

status loss(
    context *context, const float *logits, const float *labels, int images, const mammo_cuda_loss *loss, float *slopes,
    double *sum) {
    KLAUNCH(
        loss_slopes, dim3(1), dim3(loss_threads), 0, context->compute(), logits, labels, images, *loss, slopes, sum);
    return launched("loss");
}

}  // namespace mammo_cuda
