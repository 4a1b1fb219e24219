// Sums over rows for each channel: each block sums the rows that fall to it, and a second kernel adds the blocks' sums in
// their order. How rows are shared out depends on the shape alone, so the bits are the same in every run.
#pragma once

#include "rows.cuh"

namespace mammo_cuda {

/// body(image, row of the image, channel, sums) for each row and every `width` channels; `sums` are added up. Partials are
/// images × blocks × count × channels.
template <int count, int width, typename Body>
__global__ void __launch_bounds__(row_threads) column_partials(Body body, int64_t rows, int channels, float *partials) {
    CUDA_SHARED(float, shared, row_threads *count *width);
    const row_place<width> at(channels);
    float sums[count][width] = {};
    const int64_t step = static_cast<int64_t>(gridDim.x) * at.lines;
    if (at.used) {
        for (int64_t row = static_cast<int64_t>(blockIdx.x) * at.lines + at.line; row < rows; row += step) {
            body(static_cast<int>(blockIdx.z), row, at.channel, sums);
        }
    }
#pragma unroll
    for (int i = 0; i < count; i++) {
#pragma unroll
        for (int k = 0; k < width; k++) shared[(i * width + k) * row_threads + threadIdx.x] = sums[i][k];
    }
    __syncthreads();
    if (static_cast<int>(threadIdx.x) >= at.packs) return;
    float *out = partials + (static_cast<int64_t>(blockIdx.z) * gridDim.x + blockIdx.x) * count * channels;
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < width; k++) {
            float sum = 0;
            for (int line = 0; line < at.lines; line++) {
                sum += shared[(i * width + k) * row_threads + line * at.packs + threadIdx.x];
            }
            out[static_cast<int64_t>(i) * channels + at.channel + k] = sum;
        }
    }
}

/// Where sums go: the first `split` columns to `first`, the others to `second`; either may be null.
struct column_sums_out {
    float *first;
    float *second;
    int64_t split;
};

/// out = (adds ? out : 0) + factor · the sum of groups × blocks × columns over the blocks, for each group.
mammo_cuda_status sum_partials(
    mammo_cuda_context *context, const float *partials, int groups, int blocks, int64_t columns, column_sums_out out,
    float factor, bool adds);

/// Both kernels; `mean_of_image` writes each image's sums times the factor, and otherwise those of all images are added.
template <int count, int width, typename Body>
mammo_cuda_status launch_columns(
    mammo_cuda_context *context, const char *name, int images, int64_t rows, int channels, Body body, float *first,
    float *second, bool each_image = false, float factor = 1) {
    if (images == 0 || rows == 0) return mammo_cuda_ok;
    dim3 grid;
    TRY(row_grid(images, rows, channels / width, 16, std::max(1, 1024 / images), &grid));
    const int blocks = grid.x * grid.z;
    float *partials;
    TRY(scratch(context, static_cast<int64_t>(blocks) * count * channels, &partials));
    KLAUNCH(
        (column_partials<count, width, Body>), grid, dim3(row_threads), 0, context->compute(), body, rows, channels,
        partials);
    TRY(launched(name));
    return sum_partials(
        context, partials, each_image ? images : 1, each_image ? static_cast<int>(grid.x) : blocks,
        static_cast<int64_t>(count) * channels, {first, second, channels}, factor, !each_image);
}

}  // namespace mammo_cuda
