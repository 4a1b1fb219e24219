#include "context.cuh"
#include "operations.h"

namespace mammo_cuda {

struct three {
    float values[3];
};

constexpr int gray_threads = 256;

/// A block takes a row of an image; threads lie over the values of the output.
__global__ void __launch_bounds__(gray_threads) normalise_gray(
    const uint8_t *gray, const uint8_t *flips, three mean, three deviation, int rows, int columns, float *out) {
    const int64_t line = blockIdx.x;
    const int64_t image = line / rows;
    const int flip = flips ? flips[image] : 0;
    const int64_t row = flip & 2 ? rows - 1 - line % rows : line % rows;
    const uint8_t *from = gray + (image * rows + row) * columns;
    float *to = out + line * columns * 3;
    for (int64_t i = threadIdx.x; i < static_cast<int64_t>(columns) * 3; i += gray_threads) {
        const int64_t column = i / 3;
        const int channel = static_cast<int>(i % 3);
        const float value = from[flip & 1 ? columns - 1 - column : column] / 255.0f;
        // No array of parameters indexed at run time: that would go through memory.
        const float middle = channel == 0 ? mean.values[0] : channel == 1 ? mean.values[1] : mean.values[2];
        const float wide =
            channel == 0 ? deviation.values[0] : channel == 1 ? deviation.values[1] : deviation.values[2];
        to[i] = (value - middle) / wide;
    }
}

status gray_input(
    context *context, const uint8_t *gray, const uint8_t *flips, const float mean[3], const float deviation[3],
    shape input, float *out) {
    const int64_t lines = static_cast<int64_t>(input.images) * input.rows;
    if (lines == 0) return mammo_cuda_ok;
    const three middle = {{mean[0], mean[1], mean[2]}}, wide = {{deviation[0], deviation[1], deviation[2]}};
    KLAUNCH(
        normalise_gray, dim3(static_cast<unsigned>(lines)), dim3(gray_threads), 0, context->compute(), gray, flips,
        middle, wide, input.rows, input.columns, out);
    return launched("gray input");
}

}  // namespace mammo_cuda
