// Sums over rows for each channel: each block sums the rows that fall to it, and a second kernel adds the blocks' sums in
// their order. How rows are shared out depends on the shape and the card alone, so the bits are the same in every run.
#pragma once

#include "rows.cuh"
#include "waves.cuh"

namespace mammo_cuda {

/// Rows whose sum is made in fp32 before it is added to one in double precision: few enough that it is within a rounding or
/// two of fp32, enough that cards with little double precision are not held up.
constexpr int rows_of_exact_sum = 8;

/// body(image, row of the image, channel, sums) for each row and every `width` channels; `sums` are added up, in the type
/// `Sum`: numbers, or what has a `+=` of its own and begins as zeros. Partials are images × blocks × count × channels. Of sums
/// in double precision two blocks share a multiprocessor at least: where that is not stated CUDA 11.8 aims for more, and spills.
/// Of others nothing is stated (0).
template <typename Sum, int count, int width, typename Body>
__global__ void __launch_bounds__(row_threads, sizeof(Sum) == 4 ? 0 : 2) column_partials(Body body, int64_t rows, int channels, Sum *partials) {
    CUDA_SHARED(Sum, shared, row_threads *count *width);
    const row_place<width> at(channels);
    Sum sums[count][width] = {};
    const int64_t step = static_cast<int64_t>(gridDim.x) * at.lines;
    if (at.used) {
        int64_t row = static_cast<int64_t>(blockIdx.x) * at.lines + at.line;
        if constexpr (!std::is_same_v<Sum, double>) {
            for (; row < rows; row += step) body(static_cast<int>(blockIdx.z), row, at.channel, sums);
        } else {
            while (row < rows) {
                float few[count][width] = {};
                for (int i = 0; i < rows_of_exact_sum && row < rows; i++, row += step) {
                    body(static_cast<int>(blockIdx.z), row, at.channel, few);
                }
#pragma unroll
                for (int i = 0; i < count; i++) {
#pragma unroll
                    for (int k = 0; k < width; k++) sums[i][k] += few[i][k];
                }
            }
        }
    }
#pragma unroll
    for (int i = 0; i < count; i++) {
#pragma unroll
        for (int k = 0; k < width; k++) shared[(i * width + k) * row_threads + threadIdx.x] = sums[i][k];
    }
    __syncthreads();
    if (static_cast<int>(threadIdx.x) >= at.packs) return;
    Sum *out = partials + (static_cast<int64_t>(blockIdx.z) * gridDim.x + blockIdx.x) * count * channels;
    for (int i = 0; i < count; i++) {
        for (int k = 0; k < width; k++) {
            Sum sum = {};
            for (int line = 0; line < at.lines; line++) {
                sum += shared[(i * width + k) * row_threads + line * at.packs + threadIdx.x];
            }
            out[static_cast<int64_t>(i) * channels + at.channel + k] = sum;
        }
    }
}

constexpr int sum_lines = 8;

/// Thread (x, y) adds every eighth block's sum of a column, the eight are added in order, and finish(group, column, sum) takes
/// them.
template <typename Sum, typename Finish>
__global__ void __launch_bounds__(32 * sum_lines) sum_blocks(
    const Sum *partials, int blocks, int64_t columns, Finish finish) {
    CUDA_SHARED(Sum, shared, sum_lines * 32);
    const int64_t column = static_cast<int64_t>(blockIdx.x) * 32 + threadIdx.x;
    const Sum *group = partials + static_cast<int64_t>(blockIdx.y) * blocks * columns;
    Sum sum = {};
    if (column < columns) {
        for (int block = threadIdx.y; block < blocks; block += sum_lines) sum += group[block * columns + column];
    }
    shared[threadIdx.y * 32 + threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y != 0 || column >= columns) return;
    for (int line = 1; line < sum_lines; line++) sum += shared[line * 32 + threadIdx.x];
    finish(static_cast<int>(blockIdx.y), column, sum);
}

/// For each of the groups, of groups × blocks × columns.
template <typename Sum, typename Finish>
mammo_cuda_status launch_sum_blocks(
    mammo_cuda_context *context, const Sum *partials, int groups, int blocks, int64_t columns, Finish finish) {
    const dim3 grid(static_cast<unsigned>(divide_up(columns, 32)), groups);
    KLAUNCH((sum_blocks<Sum, Finish>), grid, dim3(32, sum_lines), 0, context->compute(), partials, blocks, columns, finish);
    return launched("sums over blocks");
}

/// Where sums go: the first `split` columns to `first`, the others to `second`; either may be null. Sums in double precision
/// are also written, as they are, to `exact`.
struct column_sums_out {
    float *first;
    float *second;
    int64_t split;
    double *exact = nullptr;
};

/// out = (adds ? out : 0) + factor · the sum of groups × blocks × columns over the blocks, for each group.
template <typename Sum>
mammo_cuda_status sum_partials(
    mammo_cuda_context *context, const Sum *partials, int groups, int blocks, int64_t columns, column_sums_out out,
    float factor, bool adds);

/// Partials that are added up before the others: where there are tens of thousands of blocks one after another would take long.
constexpr int blocks_of_group = 64;

/// Rows of memory for the partials of so many blocks and what `add_partials` makes of them.
inline int64_t rows_of_partials(int64_t blocks) { return divide_up(blocks, blocks_of_group) * (blocks_of_group + 1); }

/// Adds partials, blocks × columns, to `out`, in an order that their number decides. The memory has `rows_of_partials`.
mammo_cuda_status add_partials(
    mammo_cuda_context *context, float *partials, int64_t blocks, int64_t columns, float *out);

/// Blocks that an image's positions are shared out to at most, where an image's result must not depend on how many there are.
constexpr int blocks_of_image = 64;

/// Both kernels; `each_image` writes each image's sums times the factor, and otherwise those of all images are added.
template <int count, int width, typename Body>
mammo_cuda_status launch_columns(
    mammo_cuda_context *context, const char *name, int images, int64_t rows, int channels, Body body, float *first,
    float *second, bool each_image = false, float factor = 1) {
    if (images == 0 || rows == 0) return mammo_cuda_ok;
    int wave = blocks_of_image;
    if (!each_image) {
        TRY(wave_of(context, column_partials<float, count, width, Body>, row_threads, 0, &wave));
        wave = std::max<int>(1, wave / (images * static_cast<int>(divide_up(channels / width, row_threads))));
    }
    dim3 grid;
    TRY(row_grid(images, rows, channels / width, 16, wave, &grid));
    const int blocks = grid.x * grid.z;
    float *partials;
    TRY(scratch(context, static_cast<int64_t>(blocks) * count * channels, &partials));
    KLAUNCH(
        (column_partials<float, count, width, Body>), grid, dim3(row_threads), 0, context->compute(), body, rows,
        channels, partials);
    TRY(launched(name));
    return sum_partials(
        context, partials, each_image ? images : 1, each_image ? static_cast<int>(grid.x) : blocks,
        static_cast<int64_t>(count) * channels, {first, second, channels}, factor, !each_image);
}

/// Two sums over rows for each channel in double precision, written to `sums`, zeros where there are no rows; the first are also
/// added to `first` and the second to `second`.
template <int width, typename Body>
mammo_cuda_status launch_exact_columns(
    mammo_cuda_context *context, const char *name, int64_t rows, int channels, Body body, double *sums,
    float *first = nullptr, float *second = nullptr) {
    if (rows == 0) {
        return check(cudaMemsetAsync(sums, 0, 2 * channels * sizeof(double), context->compute()), "clearing of sums");
    }
    int wave;
    TRY(wave_of(context, column_partials<double, 2, width, Body>, row_threads, 0, &wave));
    wave = std::max<int>(1, wave / static_cast<int>(divide_up(channels / width, row_threads)));
    dim3 grid;
    TRY(row_grid(1, rows, channels / width, 2 * rows_of_exact_sum, wave, &grid));
    double *partials;
    TRY(scratch(context, static_cast<int64_t>(grid.x) * 2 * channels, &partials));
    KLAUNCH(
        (column_partials<double, 2, width, Body>), grid, dim3(row_threads), 0, context->compute(), body, rows, channels,
        partials);
    TRY(launched(name));
    return sum_partials(
        context, partials, 1, static_cast<int>(grid.x), int64_t(2) * channels, {first, second, channels, sums}, 1, true);
}

/// Sums over an image's positions for each channel, which finish(image, channel, sum) takes.
template <typename Sum, int width, typename Body, typename Finish>
mammo_cuda_status launch_image_columns(
    mammo_cuda_context *context, const char *name, mammo_cuda_shape shape, Body body, Finish finish) {
    const int64_t positions = static_cast<int64_t>(shape.rows) * shape.columns;
    if (shape.images == 0 || positions == 0) return mammo_cuda_ok;
    dim3 grid;
    TRY(row_grid(shape.images, positions, shape.channels / width, 16, blocks_of_image, &grid));
    Sum *partials;
    TRY(scratch(context, static_cast<int64_t>(grid.x) * grid.z * shape.channels, &partials));
    KLAUNCH(
        (column_partials<Sum, 1, width, Body>), grid, dim3(row_threads), 0, context->compute(), body, positions,
        shape.channels, partials);
    TRY(launched(name));
    return launch_sum_blocks(context, partials, shape.images, static_cast<int>(grid.x), shape.channels, finish);
}

}  // namespace mammo_cuda
