// The gradient of the input of a depthwise convolution with a stride of 2. An input at row y has taps of the outputs at
// (y + border - tap) / 2, so of the taps of one parity: every second row and column of taps, without a product with a zero.
#include "depthwise.cuh"

namespace mammo_cuda {

/// A tile of inputs. Along an axis, the input 2i + parity takes taps parity + border - 2d of the outputs i + d.
template <int side> struct spread_tiling {
    static constexpr int kernel = side, taps = side * side, border = (side - 1) / 2;
    static constexpr int rows = 12, columns = 16, strip_rows = 2, strip_columns = 8;
    /// The least and the largest d: of the even inputs, whose tap border - 2d is below the kernel's side, and of the odd ones.
    static constexpr int least = -((side - 1 - border) / 2), largest = (1 + border) / 2;
    static constexpr int reach = largest - least;
    /// Of the output's gradient.
    using layout = tile_layout<rows / 2 + reach, columns / 2 + reach, strip_columns / 2>;
    static constexpr int strip_height = strip_rows / 2 + reach, strip_width = strip_columns / 2 + reach;
};

template <int side, typename In, typename Out>
__global__ void __launch_bounds__(tile_threads) depthwise_spread_tiles(
    const In *gradient, const int32_t *images, const float *taps, Out *out, bool adds, bool wide, int rows, int columns,
    int channels, int gradient_rows, int gradient_columns) {
    using Tiling = spread_tiling<side>;
    using Layout = typename Tiling::layout;
    CUDA_SHARED(In, tile, Layout::values);
    CUDA_SHARED(float, weights, Tiling::taps *tile_channels);
    const int lane = threadIdx.x % tile_channels, first_channel = blockIdx.x * tile_channels;
    const int channel = first_channel + lane;
    const tile_place at = place_of_tile<Tiling>(blockIdx.y, columns);
    fill_tile<Layout>(
        tile, gradient + static_cast<int64_t>(blockIdx.z) * gradient_rows * gradient_columns * channels,
        {at.row / 2 + Tiling::least, at.column / 2 + Tiling::least}, gradient_rows, gradient_columns, channels,
        first_channel, wide);
    fill_taps<Tiling::taps>(weights, taps, false, channels, first_channel);
    __syncthreads();
    if (channel >= channels) return;
    const int image = images ? images[blockIdx.z] : blockIdx.z;
    const auto [row, column] = place_of_strip<Tiling>();
    float sums[Tiling::strip_rows][Tiling::strip_columns] = {};
#pragma unroll
    for (int y = 0; y < Tiling::strip_height; y++) {
        float values[Tiling::strip_width];
        strip_values<Layout>(tile, row / 2 + y, column / 2, values);
#pragma unroll
        for (int r = 0; r < Tiling::strip_rows; r++) {
            const int tap_row = r + Tiling::border - 2 * (y + Tiling::least);
            if (tap_row < 0 || tap_row >= side) continue;
#pragma unroll
            for (int i = 0; i < Tiling::strip_columns; i++) {
#pragma unroll
                for (int d = Tiling::least; d <= Tiling::largest; d++) {
                    const int tap_column = i % 2 + Tiling::border - 2 * d;
                    if (tap_column < 0 || tap_column >= side) continue;
                    sums[r][i] += values[i / 2 + d - Tiling::least] *
                                  weights[(tap_row * side + tap_column) * tile_channels + lane];
                }
            }
        }
    }
    const int left = at.column + column;
    Out *to = out + static_cast<int64_t>(image) * rows * columns * channels + channel;
#pragma unroll
    for (int r = 0; r < Tiling::strip_rows; r++) {
        const int y = at.row + row + r;
        if (y >= rows) break;
        store_strip(
            to + (static_cast<int64_t>(y) * columns + left) * channels, channels, columns - left, adds, sums[r]);
    }
}

status depthwise_spread_gradient(
    context *context, const void *gradient, type type, const int32_t *images, int kernel, const float *taps,
    void *input_gradient, mammo_cuda_type out_type, int adds, shape in) {
    return with_kernel(kernel, 1, [&](auto tag, auto) {
        constexpr int side = decltype(tag)::value;
        using Tiling = spread_tiling<side>;
        const shape out = convolved_shape(in, 2);
        const int64_t tiles = tiles_of_image<Tiling>(in.rows, in.columns);
        if (in.images == 0 || tiles == 0) return mammo_cuda_ok;
        dim3 grid;
        TRY(tile_grid(in, tiles, &grid));
        return with_types(type, out_type, [&](auto in_tag, auto out_tag) {
            using In = typename decltype(in_tag)::type;
            using Out = typename decltype(out_tag)::type;
            KLAUNCH(
                (depthwise_spread_tiles<side, In, Out>), grid, dim3(tile_threads), 0, context->compute(),
                static_cast<const In *>(gradient), images, taps, static_cast<Out *>(input_gradient), adds != 0,
                is_wide<In>(in.channels, gradient), in.rows, in.columns, in.channels, out.rows, out.columns);
            return launched("gradient of depthwise's input");
        });
    });
}

}  // namespace mammo_cuda
