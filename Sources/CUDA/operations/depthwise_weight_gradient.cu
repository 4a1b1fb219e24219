// The gradient of the taps: each thread sums all 49 products of its channel over the strips that fall to it, a block adds
// its warps' sums in order, and a second kernel the blocks'.
#include "columns.cuh"
#include "depthwise.cuh"
#include "operations.h"

namespace mammo_cuda {

constexpr int tap_sums = taps_count + 1;  // and the bias's

/// A block takes every gridDim.x-th tile of all images' tiles. Partials are blocks × (49 taps, bias) × channels. At least two
/// blocks share a multiprocessor; where that is not stated, CUDA 11.8 spills registers of sm_70.
template <bool wide, typename In, typename Slope>
__global__ void __launch_bounds__(tile_threads, 2) depthwise_tap_sums(
    const In *in, const int32_t *images, const Slope *gradient, float *partials, int image_count, int rows, int columns,
    int channels) {
    CUDA_SHARED(In, tile, tile_values<In>);
    CUDA_SHARED(float, totals, tap_sums *tile_channels);
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const int first_channel = blockIdx.y * tile_channels, channel = first_channel + lane;
    const int64_t image_values = static_cast<int64_t>(rows) * columns * channels;
    const int64_t tiles = tiles_of_image<In>(rows, columns);
    float sums[taps_count] = {};
    float bias = 0;
    for (int64_t index = blockIdx.x; index < tiles * image_count; index += gridDim.x) {
        const int image = static_cast<int>(index / tiles);
        const tile_place at = place_of_tile<In>(index % tiles, columns);
        __syncthreads();
        fill_tile<wide>(
            tile, in + (images ? images[image] : image) * image_values, at, rows, columns, channels, first_channel);
        __syncthreads();
        if (channel >= channels) continue;
        for (int strip = warp; strip < tile_strips<In>; strip += tile_warps) {
            const auto [row, column] = place_of_strip(strip);
            float slopes[strip_rows][strip_columns];
#pragma unroll
            for (int r = 0; r < strip_rows; r++) {
#pragma unroll
                for (int i = 0; i < strip_columns; i++) {
                    const int y = at.row + row + r, x = at.column + column + i;
                    slopes[r][i] = 0;
                    if (y < rows && x < columns) {
                        const int64_t place = (static_cast<int64_t>(y) * columns + x) * channels + channel;
                        slopes[r][i] = value_of(gradient[image * image_values + place]);
                    }
                    bias += slopes[r][i];
                }
            }
#pragma unroll
            for (int y = 0; y < strip_rows + 2 * border; y++) {
                float values[strip_columns + 2 * border];
                strip_values(tile, row + y, column, values);
#pragma unroll
                for (int r = 0; r < strip_rows; r++) {
                    const int tap_row = y - r;
                    if (tap_row < 0 || tap_row >= taps_side) continue;
#pragma unroll
                    for (int k = 0; k < taps_side; k++) {
#pragma unroll
                        for (int i = 0; i < strip_columns; i++) {
                            sums[tap_row * taps_side + k] += values[i + k] * slopes[r][i];
                        }
                    }
                }
            }
        }
    }
    for (int turn = 0; turn < tile_warps; turn++) {
        if (turn == warp) {
#pragma unroll
            for (int tap = 0; tap < tap_sums; tap++) {
                const float own = tap < taps_count ? sums[tap < taps_count ? tap : 0] : bias;
                float *total = totals + tap * tile_channels + lane;
                *total = turn == 0 ? own : *total + own;
            }
        }
        __syncthreads();
    }
    for (int i = threadIdx.x; i < tap_sums * tile_channels; i += tile_threads) {
        const int to = first_channel + i % tile_channels;
        if (to >= channels) continue;
        partials[(static_cast<int64_t>(blockIdx.x) * tap_sums + i / tile_channels) * channels + to] = totals[i];
    }
}

status depthwise_weight_gradient(
    context *context, const void *in, type in_type, const int32_t *images, const void *gradient, type type,
    float *taps_gradient, float *bias_gradient, shape shape) {
    const int groups = static_cast<int>(divide_up(shape.channels, tile_channels));
    return with_types(in_type, type, [&](auto in_tag, auto slope_tag) {
        using In = typename decltype(in_tag)::type;
        using Slope = typename decltype(slope_tag)::type;
        const int64_t tiles = tiles_of_image<In>(shape.rows, shape.columns) * shape.images;
        if (tiles == 0) return mammo_cuda_ok;
        const int blocks = static_cast<int>(std::min<int64_t>(tiles, std::max(1, 1024 / groups)));
        float *partials;
        TRY(scratch(context, static_cast<int64_t>(blocks) * tap_sums * shape.channels, &partials));
        TRY(with_width<In>(shape.channels, {in}, [&](auto wide) {
            KLAUNCH(
                (depthwise_tap_sums<(decltype(wide)::value > 1), In, Slope>), dim3(blocks, groups), dim3(tile_threads),
                0, context->compute(), static_cast<const In *>(in), images, static_cast<const Slope *>(gradient),
                partials, shape.images, shape.rows, shape.columns, shape.channels);
            return launched("gradient of depthwise's taps");
        }));
        const int64_t channels = shape.channels;
        return sum_partials(
            context, partials, 1, blocks, tap_sums * channels, {taps_gradient, bias_gradient, taps_count * channels},
            1, true);
    });
}

}  // namespace mammo_cuda
