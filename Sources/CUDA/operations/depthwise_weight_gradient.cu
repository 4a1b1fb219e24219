// The gradient of the taps: each thread sums all products of its channel over what falls to it, a block adds its warps' sums in
// order, and a second kernel the blocks'.
#include "columns.cuh"
#include "depthwise_walk.cuh"

namespace mammo_cuda {

template <typename In, typename Slope> struct tap_sums_call {
    walked_images<In> of;
    const Slope *gradient;
    float *partials;
};

/// Partials are blocks × (taps, bias) × channels.
template <int side, int step, typename In, typename Slope>
__global__ void __launch_bounds__(convolution_walk<side, step>::threads, walk_blocks<Slope, Slope>)
depthwise_tap_sums(tap_sums_call<In, Slope> call) {
    using Walk = convolution_walk<side, step>;
    constexpr int taps = side * side, tap_sums = taps + 1;
    CUDA_SHARED(In, ring, Walk::period *Walk::row_values);
    CUDA_SHARED(float, totals, tap_sums *tile_channels);
    const int lane = threadIdx.x % tile_channels, strip = static_cast<int>(threadIdx.x) / tile_channels;
    const int first_channel = blockIdx.x * tile_channels, channel = first_channel + lane, channels = call.of.channels;
    const bool is_used = channel < channels;
    float sums[taps] = {};
    float bias = 0;
    const int block_columns = static_cast<int>(blockDim.x) / tile_channels * Walk::columns;
    over_stretches(call.of, block_columns, [&](const stretch &at) {
        const int left = at.left + strip * Walk::columns, room = is_used ? call.of.out_columns - left : 0;
        const int64_t first_row = static_cast<int64_t>(at.image) * call.of.out_rows + at.row;
        const Slope *from = call.gradient + (first_row * call.of.out_columns + left) * channels + channel;
        // Of the rows of the output that are open, and of the next one, which is read a row ahead.
        float slopes[Walk::open][Walk::columns] = {};
        unconverted<Slope> next[Walk::columns];
        const unsigned apart = channels * static_cast<unsigned>(sizeof(Slope));
        int rows = at.rows;
        const auto read = [&] {
            const int there = rows > 0 ? room : 0;
#pragma unroll
            for (int i = 0; i < Walk::columns; i++) {
                next[i] = {};
                if (i < there) next[i].read(advanced(from, apart, i));
            }
            from += static_cast<int64_t>(call.of.out_columns) * channels, rows--;
        };
        read();
        walk_down<Walk>(ring, call.of, at, first_channel, [&](int row, int, const In *own) {
            if (Walk::has(row, 0)) {
                float(&opened)[Walk::columns] = slopes[Walk::opened(row, 0)];
#pragma unroll
                for (int i = 0; i < Walk::columns; i++) bias += opened[i] = next[i];
                read();
            }
            float values[Walk::width];
            strip_values<Walk>(own, values);
#pragma unroll
            for (int tap = 0; tap < side; tap++) {
                if (!Walk::has(row, tap)) continue;
#pragma unroll
                for (int k = 0; k < side; k++) {
#pragma unroll
                    for (int i = 0; i < Walk::columns; i++) {
                        sums[tap * side + k] += values[i * Walk::stride + k] * slopes[Walk::opened(row, tap)][i];
                    }
                }
            }
        });
    });
    // The halves of each warp, and then the warps in their order.
    const int warp = static_cast<int>(threadIdx.x) / 32, warps = static_cast<int>(blockDim.x) / 32;
    for (int turn = 0; turn < warps; turn++) {
#pragma unroll
        for (int tap = 0; tap < tap_sums; tap++) {
            float own = tap < taps ? sums[tap < taps ? tap : 0] : bias;
            if (turn != warp) continue;
            own += __shfl_xor_sync(0xFFFFFFFFu, own, tile_channels);
            float *total = totals + tap * tile_channels + lane;
            if (threadIdx.x % 32 < tile_channels) *total = turn == 0 ? own : *total + own;
        }
        __syncthreads();
    }
    for (int i = threadIdx.x; i < tap_sums * tile_channels; i += static_cast<int>(blockDim.x)) {
        const int to = first_channel + i % tile_channels;
        if (to >= channels) continue;
        call.partials[(static_cast<int64_t>(blockIdx.y) * tap_sums + i / tile_channels) * channels + to] = totals[i];
    }
}

status depthwise_weight_gradient(
    context *context, const void *in, type in_type, const int32_t *images, const void *gradient, type type, int kernel,
    int stride, float *taps_gradient, float *bias_gradient, shape in_shape) {
    return with_kernel(kernel, stride, [&](auto side, auto step) {
        return with_types(in_type, type, [&](auto in_tag, auto slope_tag) {
            using In = typename decltype(in_tag)::type;
            using Slope = typename decltype(slope_tag)::type;
            constexpr int kernel_side = decltype(side)::value, kernel_step = decltype(step)::value;
            if (in_shape.images == 0 || in_shape.rows == 0 || in_shape.columns == 0) return mammo_cuda_ok;
            const int64_t channels = in_shape.channels, taps = kernel_side * kernel_side;
            const auto kernel = depthwise_tap_sums<kernel_side, kernel_step, In, Slope>;
            tap_sums_call<In, Slope> call = {{}, static_cast<const Slope *>(gradient), nullptr};
            dim3 grid, block;
            TRY((prepare_walk<convolution_walk<kernel_side, kernel_step>, In>(
                context, kernel, in, images, in_shape, (taps + 1) * channels, &call.of, &grid, &block, &call.partials)));
            KLAUNCH(kernel, grid, block, 0, context->compute(), call);
            TRY(launched("gradient of depthwise's taps"));
            return sum_partials(
                context, call.partials, 1, static_cast<int>(grid.y), (taps + 1) * channels,
                {taps_gradient, bias_gradient, taps * channels}, 1, true);
        });
    });
}

}  // namespace mammo_cuda
