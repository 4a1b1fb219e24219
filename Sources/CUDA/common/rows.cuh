// Operations on rows of channels, one value after another: a block's threads lie over whole rows, so that what they read
// together lies together, and a thread keeps its channels from row to row.
#pragma once

#include "dispatch.cuh"

#include <algorithm>

namespace mammo_cuda {

constexpr int row_threads = 256;

__host__ __device__ inline int64_t divide_up(int64_t count, int64_t by) { return (count + by - 1) / by; }

/// How many rows a block covers at once, for rows of so many packs of channels.
__host__ __device__ inline int lines_of_block(int packs) { return packs < row_threads ? row_threads / packs : 1; }

/// Where a thread of a block works: packs beyond `row_threads` go to further blocks in y.
template <int width> struct row_place {
    int channel, line, lines;
    /// The packs that this block covers of a row.
    int packs;
    bool used;

    __device__ explicit row_place(int channels) {
        const int all = channels / width, first = blockIdx.y * row_threads;
        packs = all - first < row_threads ? all - first : row_threads;
        lines = lines_of_block(packs);
        line = threadIdx.x / packs;
        channel = (first + threadIdx.x % packs) * width;
        used = line < lines;
    }
};

/// body(image, row of the image, channel) for each row and every `width` channels. At least four blocks share a multiprocessor:
/// where that is not stated CUDA 11.8 aims for more, and spills.
template <int width, typename Body>
__global__ void __launch_bounds__(row_threads, 4) over_rows(Body body, int64_t rows, int channels) {
    const row_place<width> at(channels);
    if (!at.used) return;
    const int64_t step = static_cast<int64_t>(gridDim.x) * at.lines;
    for (int64_t row = static_cast<int64_t>(blockIdx.x) * at.lines + at.line; row < rows; row += step) {
        body(static_cast<int>(blockIdx.z), row, at.channel);
    }
}

/// A grid over so many images of rows of packs, with `rows_of_line` rows to a thread.
inline mammo_cuda_status row_grid(int images, int64_t rows, int packs, int rows_of_line, int64_t most, dim3 *out) {
    if (images > 65535) return fail(mammo_cuda_failed, "%d images at once, where 65535 are the most", images);
    const int64_t blocks = divide_up(rows, static_cast<int64_t>(lines_of_block(packs)) * rows_of_line);
    *out = dim3(
        static_cast<unsigned>(std::max<int64_t>(1, std::min(blocks, most))),
        static_cast<unsigned>(divide_up(packs, row_threads)), static_cast<unsigned>(images));
    return mammo_cuda_ok;
}

template <int width, typename Body>
mammo_cuda_status launch_over_rows(
    mammo_cuda_context *context, const char *name, int images, int64_t rows, int channels, Body body) {
    if (images == 0 || rows == 0) return mammo_cuda_ok;
    dim3 grid;
    TRY(row_grid(images, rows, channels / width, 4, 1 << 20, &grid));
    KLAUNCH((over_rows<width, Body>), grid, dim3(row_threads), 0, context->compute(), body, rows, channels);
    return launched(name);
}

}  // namespace mammo_cuda
