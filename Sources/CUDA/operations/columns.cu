// Sums over rows, and the second half of every sum over blocks.
#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

constexpr int sum_lines = 8;

/// Thread (x, y) adds every eighth block's sum of a column, and the eight are added in order.
template <typename Sum>
__global__ void __launch_bounds__(32 * sum_lines) sum_blocks(
    const Sum *partials, int blocks, int64_t columns, column_sums_out out, float factor, bool adds) {
    CUDA_SHARED(Sum, shared, sum_lines * 32);
    const int64_t column = static_cast<int64_t>(blockIdx.x) * 32 + threadIdx.x;
    const Sum *group = partials + static_cast<int64_t>(blockIdx.y) * blocks * columns;
    Sum sum = 0;
    if (column < columns) {
        for (int block = threadIdx.y; block < blocks; block += sum_lines) sum += group[block * columns + column];
    }
    shared[threadIdx.y * 32 + threadIdx.x] = sum;
    __syncthreads();
    if (threadIdx.y != 0 || column >= columns) return;
    for (int line = 1; line < sum_lines; line++) sum += shared[line * 32 + threadIdx.x];
    if (out.exact) out.exact[column] = sum;
    float *to = column < out.split ? out.first : out.second;
    if (!to) return;
    to += blockIdx.y * out.split + (column < out.split ? column : column - out.split);
    *to = (adds ? *to : 0.0f) + factor * static_cast<float>(sum);
}

template <typename Sum>
mammo_cuda_status sum_partials(
    mammo_cuda_context *context, const Sum *partials, int groups, int blocks, int64_t columns, column_sums_out out,
    float factor, bool adds) {
    const dim3 grid(static_cast<unsigned>(divide_up(columns, 32)), groups);
    KLAUNCH(
        (sum_blocks<Sum>), grid, dim3(32, sum_lines), 0, context->compute(), partials, blocks, columns, out, factor,
        adds);
    return launched("sums over blocks");
}

template mammo_cuda_status sum_partials(
    mammo_cuda_context *, const float *, int, int, int64_t, column_sums_out, float, bool);
template mammo_cuda_status sum_partials(
    mammo_cuda_context *, const double *, int, int, int64_t, column_sums_out, float, bool);

template <typename T, int width> struct column_values {
    const T *in;
    int channels;

    __device__ void operator()(int, int64_t row, int channel, float (&sums)[1][width]) const {
        float values[width];
        load(in + row * channels + channel, values);
#pragma unroll
        for (int k = 0; k < width; k++) sums[0][k] += values[k];
    }
};

status column_sums(context *context, const void *in, type type, int64_t rows, int channels, float *out) {
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return with_width<T>(channels, {in}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const column_values<T, width> body = {static_cast<const T *>(in), channels};
            return launch_columns<1, width>(context, "column sums", 1, rows, channels, body, out, nullptr);
        });
    });
}

}  // namespace mammo_cuda
