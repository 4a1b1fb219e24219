#include "context.cuh"
#include "operations.h"

namespace mammo_cuda {

/// In double precision, as the host does it: there are no more values than images.
__global__ void __launch_bounds__(256) binary_losses(
    const float *logits, const float *labels, double positive_weight, double slope_factor, float *losses,
    float *slopes, int images) {
    const int image = blockIdx.x * 256 + threadIdx.x;
    if (image >= images) return;
    const double x = logits[image], y = labels[image], weight = 1 + (positive_weight - 1) * y;
    // Not fmax, which would take a number for what is none.
    losses[image] = static_cast<float>((1 - y) * x + weight * (log1p(exp(-fabs(x))) + (x < 0 ? -x : 0)));
    slopes[image] = static_cast<float>(((1 - y) - weight / (1 + exp(x))) * slope_factor);
}

status binary_loss(
    context *context, const float *logits, const float *labels, float positive_weight, float slope_factor,
    float *losses, float *slopes, int images) {
    if (images == 0) return mammo_cuda_ok;
    KLAUNCH(
        binary_losses, dim3((images + 255) / 256), dim3(256), 0, context->compute(), logits, labels,
        static_cast<double>(positive_weight), static_cast<double>(slope_factor), losses, slopes, images);
    return launched("loss");
}

}  // namespace mammo_cuda
