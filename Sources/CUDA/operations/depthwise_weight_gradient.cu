// The gradient of the taps: each thread sums all products of its channel over the strips that fall to it, a block adds its
// warps' sums in order, and a second kernel the blocks'.
#include "columns.cuh"
#include "depthwise.cuh"
#include "waves.cuh"

namespace mammo_cuda {

template <typename In, typename Slope> struct tap_sums_call {
    const In *in;
    const int32_t *images;
    const Slope *gradient;
    float *partials;
    int image_count, rows, columns, channels, out_rows, out_columns;
};

/// A block takes every gridDim.y-th tile of all images' tiles. Partials are blocks × (taps, bias) × channels. At least three
/// blocks share a multiprocessor; where that is not stated, or where `wide` is known at run time alone, CUDA 11.8 spills
/// registers of sm_60 and sm_70.
template <typename Tiling, bool wide, typename In, typename Slope>
__global__ void __launch_bounds__(tile_threads, 3) depthwise_tap_sums(tap_sums_call<In, Slope> call) {
    constexpr int tap_sums = Tiling::taps + 1, warps = tile_threads / 32;
    using Layout = typename Tiling::layout;
    CUDA_SHARED(In, tile, Layout::values);
    CUDA_SHARED(float, totals, tap_sums *tile_channels);
    const int lane = threadIdx.x % tile_channels, warp = threadIdx.x / 32;
    const int first_channel = blockIdx.x * tile_channels, channel = first_channel + lane, channels = call.channels;
    const int64_t in_values = static_cast<int64_t>(call.rows) * call.columns * channels;
    const int out_rows = call.out_rows, out_columns = call.out_columns;
    const int64_t out_values = static_cast<int64_t>(out_rows) * out_columns * channels;
    const unsigned tiles = static_cast<unsigned>(tiles_of_image<Tiling>(out_rows, out_columns));
    const auto [row, column] = place_of_strip<Tiling>();
    float sums[Tiling::taps] = {};
    float bias = 0;
    int image = blockIdx.y / tiles;
    for (unsigned tile_number = blockIdx.y % tiles; image < call.image_count;) {
        const tile_place at = place_of_tile<Tiling>(tile_number, out_columns);
        __syncthreads();
        fill_positions<Layout, wide>(
            tile, call.in + (call.images ? call.images[image] : image) * in_values,
            {at.row * Tiling::stride - Tiling::border, at.column * Tiling::stride - Tiling::border}, call.rows,
            call.columns, channels, first_channel);
        float slopes[Tiling::strip_rows][Tiling::strip_columns];
        // Read before the barrier: they are under way while it is waited for.
#pragma unroll
        for (int r = 0; r < Tiling::strip_rows; r++) {
            const int y = at.row + row + r, left = at.column + column;
            const Slope *from = call.gradient + image * out_values + (static_cast<int64_t>(y) * out_columns + left) * channels;
#pragma unroll
            for (int i = 0; i < Tiling::strip_columns; i++) {
                const bool is_there = y < out_rows && left + i < out_columns && channel < channels;
                slopes[r][i] = is_there ? value_of(from[static_cast<int64_t>(i) * channels + channel]) : 0;
            }
        }
        __syncthreads();
#pragma unroll
        for (int r = 0; r < Tiling::strip_rows; r++) {
#pragma unroll
            for (int i = 0; i < Tiling::strip_columns; i++) bias += slopes[r][i];
        }
#pragma unroll
        for (int y = 0; y < Tiling::strip_height; y++) {
            float values[Tiling::strip_width];
            strip_values<Layout>(tile, row * Tiling::stride + y, column * Tiling::stride, values);
#pragma unroll
            for (int r = 0; r < Tiling::strip_rows; r++) {
                const int tap_row = y - r * Tiling::stride;
                if (tap_row < 0 || tap_row >= Tiling::kernel) continue;
#pragma unroll
                for (int k = 0; k < Tiling::kernel; k++) {
#pragma unroll
                    for (int i = 0; i < Tiling::strip_columns; i++) {
                        sums[tap_row * Tiling::kernel + k] += values[i * Tiling::stride + k] * slopes[r][i];
                    }
                }
            }
        }
        for (tile_number += gridDim.y; tile_number >= tiles && image < call.image_count; image++) tile_number -= tiles;
    }
    // The halves of each warp, and then the warps in their order.
    for (int turn = 0; turn < warps; turn++) {
#pragma unroll
        for (int tap = 0; tap < tap_sums; tap++) {
            float own = tap < Tiling::taps ? sums[tap < Tiling::taps ? tap : 0] : bias;
            if (turn != warp) continue;
            own += __shfl_xor_sync(0xFFFFFFFFu, own, tile_channels);
            float *total = totals + tap * tile_channels + lane;
            if (threadIdx.x % 32 < tile_channels) *total = turn == 0 ? own : *total + own;
        }
        __syncthreads();
    }
    for (int i = threadIdx.x; i < tap_sums * tile_channels; i += tile_threads) {
        const int to = first_channel + i % tile_channels;
        if (to >= channels) continue;
        call.partials[(static_cast<int64_t>(blockIdx.y) * tap_sums + i / tile_channels) * channels + to] = totals[i];
    }
}

status depthwise_weight_gradient(
    context *context, const void *in, type in_type, const int32_t *images, const void *gradient, type type, int kernel,
    int stride, float *taps_gradient, float *bias_gradient, shape in_shape) {
    const int groups = static_cast<int>(divide_up(in_shape.channels, tile_channels));
    const shape out = convolved_shape(in_shape, stride > 0 ? stride : 1);
    return with_kernel(kernel, stride, [&](auto side, auto step) {
        return with_types(in_type, type, [&](auto in_tag, auto slope_tag) {
            using In = typename decltype(in_tag)::type;
            using Slope = typename decltype(slope_tag)::type;
            using Tiling = tiling<decltype(side)::value, decltype(step)::value>;
            const int64_t tiles = tiles_of_image<Tiling>(out.rows, out.columns) * in_shape.images;
            if (tiles == 0) return mammo_cuda_ok;
            const int64_t channels = in_shape.channels, taps = Tiling::taps;
            const bool wide = is_wide<In>(in_shape.channels, in);
            const auto kernel = wide ? depthwise_tap_sums<Tiling, true, In, Slope> : depthwise_tap_sums<Tiling, false, In, Slope>;
            int blocks;
            TRY(wave_of(context, kernel, tile_threads, 0, &blocks));
            blocks = static_cast<int>(std::min<int64_t>({tiles, std::max(1, blocks / groups), 65535}));
            float *partials;
            TRY(scratch(context, blocks * (taps + 1) * channels, &partials));
            const tap_sums_call<In, Slope> call = {
                static_cast<const In *>(in), images, static_cast<const Slope *>(gradient), partials, in_shape.images,
                in_shape.rows, in_shape.columns, in_shape.channels, out.rows, out.columns};
            KLAUNCH(kernel, dim3(groups, blocks), dim3(tile_threads), 0, context->compute(), call);
            TRY(launched("gradient of depthwise's taps"));
            return sum_partials(
                context, partials, 1, blocks, (taps + 1) * channels, {taps_gradient, bias_gradient, taps * channels}, 1,
                true);
        });
    });
}

}  // namespace mammo_cuda
