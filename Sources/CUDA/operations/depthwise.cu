// The convolution, and with a stride of 1 the gradient of its input: the same with the taps turned round.
#include "activation.cuh"
#include "depthwise.cuh"

namespace mammo_cuda {

template <typename In, typename Out> struct depthwise_call {
    const In *in;
    Out *out;
    /// Numbers of the images that are read, and of those that are written; null: all in order.
    const int32_t *in_images, *out_images;
    const float *taps;
    /// Null: none.
    const float *bias;
    activation kind;
    /// Whether the taps are turned round, whether `out` is added to, whether positions begin at multiples of 16 bytes.
    bool turned, adds, wide;
    /// Of an image.
    int rows, columns, channels;
    int out_rows, out_columns;
};

template <typename Tiling, typename In, typename Out>
__global__ void __launch_bounds__(tile_threads, 4) depthwise_tiles(depthwise_call<In, Out> call) {
    using Layout = typename Tiling::layout;
    CUDA_SHARED(In, tile, Layout::values);
    CUDA_SHARED(float, weights, Tiling::taps *tile_channels);
    const int lane = threadIdx.x % tile_channels, first_channel = blockIdx.x * tile_channels;
    const int channel = first_channel + lane, channels = call.channels;
    const int from = call.in_images ? call.in_images[blockIdx.z] : blockIdx.z;
    const int into = call.out_images ? call.out_images[blockIdx.z] : blockIdx.z;
    const tile_place at = place_of_tile<Tiling>(blockIdx.y, call.out_columns);
    fill_tile<Layout>(
        tile, call.in + static_cast<int64_t>(from) * call.rows * call.columns * channels,
        {at.row * Tiling::stride - Tiling::border, at.column * Tiling::stride - Tiling::border}, call.rows, call.columns,
        channels, first_channel, call.wide);
    // In shared memory: beside the sums, 49 registers for them would spill.
    fill_taps<Tiling::taps>(weights, call.taps, call.turned, channels, first_channel);
    __syncthreads();
    if (channel >= channels) return;
    const float begin = call.bias ? call.bias[channel] : 0;
    const auto [row, column] = place_of_strip<Tiling>();
    float sums[Tiling::strip_rows][Tiling::strip_columns];
#pragma unroll
    for (int r = 0; r < Tiling::strip_rows; r++) {
#pragma unroll
        for (int i = 0; i < Tiling::strip_columns; i++) sums[r][i] = begin;
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
                const float weight = weights[(tap_row * Tiling::kernel + k) * tile_channels + lane];
#pragma unroll
                for (int i = 0; i < Tiling::strip_columns; i++) sums[r][i] += values[i * Tiling::stride + k] * weight;
            }
        }
    }
    const int left = at.column + column;
    Out *to = call.out + static_cast<int64_t>(into) * call.out_rows * call.out_columns * channels + channel;
#pragma unroll
    for (int r = 0; r < Tiling::strip_rows; r++) {
        const int y = at.row + row + r;
        if (y >= call.out_rows) break;
        activate(call.kind, sums[r]);
        Out *place = to + (static_cast<int64_t>(y) * call.out_columns + left) * channels;
        store_strip(place, channels, call.out_columns - left, call.adds, sums[r]);
    }
}

/// `call` lacks the extents, which follow from the input's shape.
template <int side, int step, typename In, typename Out>
static status launch_depthwise(context *context, const char *name, depthwise_call<In, Out> call, shape in) {
    using Tiling = tiling<side, step>;
    const shape out = convolved_shape(in, step);
    const int64_t tiles = tiles_of_image<Tiling>(out.rows, out.columns);
    if (in.images == 0 || tiles == 0) return mammo_cuda_ok;
    call.wide = is_wide<In>(in.channels, call.in);
    call.rows = in.rows, call.columns = in.columns, call.channels = in.channels;
    call.out_rows = out.rows, call.out_columns = out.columns;
    dim3 grid;
    TRY(tile_grid(in, tiles, &grid));
    KLAUNCH((depthwise_tiles<Tiling, In, Out>), grid, dim3(tile_threads), 0, context->compute(), call);
    return launched(name);
}

status depthwise(
    context *context, const void *in, type in_type, const int32_t *images, int kernel, int stride, const float *taps,
    const float *bias, activation kind, void *out, type out_type, shape in_shape) {
    return with_kernel(kernel, stride, [&](auto side, auto step) {
        return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
            using In = typename decltype(in_tag)::type;
            using Out = typename decltype(out_tag)::type;
            depthwise_call<In, Out> call = {};
            call.in = static_cast<const In *>(in), call.in_images = images, call.out = static_cast<Out *>(out);
            call.taps = taps, call.bias = bias, call.kind = kind;
            return launch_depthwise<decltype(side)::value, decltype(step)::value>(context, "depthwise", call, in_shape);
        });
    });
}

status depthwise_input_gradient(
    context *context, const void *gradient, type type, const int32_t *images, int kernel, int stride, const float *taps,
    void *input_gradient, mammo_cuda_type out_type, int adds, shape in_shape) {
    if (stride == 2) {
        return depthwise_spread_gradient(
            context, gradient, type, images, kernel, taps, input_gradient, out_type, adds, in_shape);
    }
    return with_kernel(kernel, stride, [&](auto side, auto) {
        return with_types(type, out_type, [&](auto in_tag, auto out_tag) {
            using In = typename decltype(in_tag)::type;
            using Out = typename decltype(out_tag)::type;
            depthwise_call<In, Out> call = {};
            call.in = static_cast<const In *>(gradient), call.out = static_cast<Out *>(input_gradient);
            call.out_images = images, call.taps = taps, call.turned = true, call.adds = adds != 0;
            return launch_depthwise<decltype(side)::value, 1>(
                context, "gradient of depthwise's input", call, in_shape);
        });
    });
}

}  // namespace mammo_cuda
