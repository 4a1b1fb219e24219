// The convolution, and the gradient of its input: the same with the taps turned round.
#include "depthwise.cuh"
#include "operations.h"

namespace mammo_cuda {

/// `back`: taps turned round, no bias, and what comes out is added; `images` are then of `out`, otherwise of `in`.
template <bool back, bool wide, typename In, typename Out>
__global__ void __launch_bounds__(tile_threads) depthwise_tiles(
    const In *in, const int32_t *images, const float *taps, const float *bias, Out *out, int rows, int columns,
    int channels) {
    CUDA_SHARED(In, tile, tile_values<In>);
    CUDA_SHARED(float, weights, taps_count *tile_channels);
    const int lane = threadIdx.x % 32, first_channel = blockIdx.y * tile_channels, channel = first_channel + lane;
    const int mapped = images ? images[blockIdx.z] : blockIdx.z;
    const int64_t image_values = static_cast<int64_t>(rows) * columns * channels;
    const tile_place at = place_of_tile<In>(blockIdx.x, columns);
    const In *image = in + (back ? static_cast<int>(blockIdx.z) : mapped) * image_values;
    fill_tile<wide>(tile, image, at, rows, columns, channels, first_channel);
    // In shared memory: beside the sums, 49 registers for them would spill.
    for (int tap = threadIdx.x / 32; tap < taps_count; tap += tile_warps) {
        const int64_t row = (back ? taps_count - 1 - tap : tap) * static_cast<int64_t>(channels);
        weights[tap * tile_channels + lane] = channel < channels ? taps[row + channel] : 0;
    }
    __syncthreads();
    if (channel >= channels) return;
    const float begin = back ? 0 : bias[channel];
    Out *to = out + (back ? mapped : static_cast<int>(blockIdx.z)) * image_values + channel;
    for (int strip = threadIdx.x / 32; strip < tile_strips<In>; strip += tile_warps) {
        const auto [row, column] = place_of_strip(strip);
        float sums[strip_rows][strip_columns];
#pragma unroll
        for (int i = 0; i < strip_rows * strip_columns; i++) sums[i / strip_columns][i % strip_columns] = begin;
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
                    const float weight = weights[(tap_row * taps_side + k) * tile_channels + lane];
#pragma unroll
                    for (int i = 0; i < strip_columns; i++) sums[r][i] += values[i + k] * weight;
                }
            }
        }
#pragma unroll
        for (int r = 0; r < strip_rows; r++) {
#pragma unroll
            for (int i = 0; i < strip_columns; i++) {
                const int y = at.row + row + r, x = at.column + column + i;
                if (y >= rows || x >= columns) continue;
                Out *place = to + (static_cast<int64_t>(y) * columns + x) * channels;
                *place = stored<Out>(back ? value_of(*place) + sums[r][i] : sums[r][i]);
            }
        }
    }
}

template <bool back, typename In, typename Out>
static status launch_depthwise(
    context *context, const char *name, const In *in, const int32_t *images, const float *taps, const float *bias,
    Out *out, shape shape) {
    const int64_t tiles = tiles_of_image<In>(shape.rows, shape.columns);
    if (shape.images == 0 || tiles == 0) return mammo_cuda_ok;
    if (shape.images > 65535) return fail(mammo_cuda_failed, "%d images at once, where 65535 are the most", shape.images);
    const dim3 grid(
        static_cast<unsigned>(tiles), static_cast<unsigned>(divide_up(shape.channels, tile_channels)), shape.images);
    return with_width<In>(shape.channels, {in}, [&](auto wide) {
        KLAUNCH(
            (depthwise_tiles<back, (decltype(wide)::value > 1), In, Out>), grid, dim3(tile_threads), 0,
            context->compute(), in, images, taps, bias, out, shape.rows, shape.columns, shape.channels);
        return launched(name);
    });
}

status depthwise(
    context *context, const void *in, type in_type, const int32_t *images, const float *taps, const float *bias,
    void *out, type out_type, shape shape) {
    return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return launch_depthwise<false>(
            context, "depthwise", static_cast<const In *>(in), images, taps, bias, static_cast<Out *>(out), shape);
    });
}

status depthwise_input_gradient(
    context *context, const void *gradient, type type, const int32_t *images, const float *taps, float *input_gradient,
    shape shape) {
    return with_type(type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        return launch_depthwise<true>(
            context, "gradient of depthwise's input", static_cast<const T *>(gradient), images, taps,
            static_cast<const float *>(nullptr), input_gradient, shape);
    });
}

}  // namespace mammo_cuda
