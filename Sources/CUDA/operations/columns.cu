// Sums over rows, and the second half of every sum over blocks.
#include "columns.cuh"
#include "operations.h"

namespace mammo_cuda {

/// See `column_sums_out`.
template <typename Sum> struct written_sums {
    column_sums_out out;
    float factor;
    bool adds;

    __device__ void operator()(int group, int64_t column, Sum sum) const {
        if (out.exact) out.exact[column] = sum;
        float *to = column < out.split ? out.first : out.second;
        if (!to) return;
        to += group * out.split + (column < out.split ? column : column - out.split);
        *to = (adds ? *to : 0.0f) + factor * static_cast<float>(sum);
    }
};

template <typename Sum>
mammo_cuda_status sum_partials(
    mammo_cuda_context *context, const Sum *partials, int groups, int blocks, int64_t columns, column_sums_out out,
    float factor, bool adds) {
    return launch_sum_blocks(context, partials, groups, blocks, columns, written_sums<Sum>{out, factor, adds});
}

template mammo_cuda_status sum_partials(
    mammo_cuda_context *, const float *, int, int, int64_t, column_sums_out, float, bool);
template mammo_cuda_status sum_partials(
    mammo_cuda_context *, const double *, int, int, int64_t, column_sums_out, float, bool);

/// The sums of groups × columns.
struct group_sums {
    float *out;
    int64_t columns;

    __device__ void operator()(int group, int64_t column, float sum) const { out[group * columns + column] = sum; }
};

mammo_cuda_status add_partials(
    mammo_cuda_context *context, float *partials, int64_t blocks, int64_t columns, float *out) {
    const int groups = static_cast<int>(divide_up(blocks, blocks_of_group));
    const int64_t missing = static_cast<int64_t>(groups) * blocks_of_group - blocks;
    float *const sums = partials + static_cast<int64_t>(groups) * blocks_of_group * columns;
    TRY(check(
        cudaMemsetAsync(partials + blocks * columns, 0, missing * columns * sizeof(float), context->compute()),
        "clearing of partials"));
    TRY(launch_sum_blocks(context, partials, groups, blocks_of_group, columns, group_sums{sums, columns}));
    return sum_partials(context, sums, 1, groups, columns, {out, nullptr, columns}, 1.0f, true);
}

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
