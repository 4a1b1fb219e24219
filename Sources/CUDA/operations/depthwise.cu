// The convolution, and with a stride of 1 the gradient of its input: the same with the taps turned round.
#include "activation.cuh"
#include "depthwise_walk.cuh"

namespace mammo_cuda {

/// What becomes of the sums: they are written, added to what is there, or written after an activation.
enum class sums_are { written, added, activated };

template <typename In, typename Out> struct depthwise_call {
    walked_images<In> of;
    Out *out;
    /// Numbers of the images that are written; null: all in order.
    const int32_t *out_images;
    const float *taps;
    /// Null: none.
    const float *bias;
    activation kind;
    /// Whether the taps are turned round.
    bool turned;
};

template <int side, int step, sums_are sums_are, typename In, typename Out>
__global__ void __launch_bounds__(convolution_walk<side, step>::threads, walk_blocks<In, Out>)
depthwise_rows(depthwise_call<In, Out> call) {
    using Walk = convolution_walk<side, step>;
    constexpr bool adds = sums_are == sums_are::added;
    CUDA_SHARED(In, ring, Walk::period *Walk::row_values);
    const int lane = threadIdx.x % tile_channels, strip = static_cast<int>(threadIdx.x) / tile_channels;
    const int first_channel = blockIdx.x * tile_channels, channel = first_channel + lane, channels = call.of.channels;
    const bool is_used = channel < channels;
    constexpr int taps = side * side;
    float weights[taps];
#pragma unroll
    for (int tap = 0; tap < taps; tap++) {
        const int64_t row = call.turned ? taps - 1 - tap : tap;
        weights[tap] = is_used ? call.taps[row * channels + channel] : 0;
    }
    const float begin = call.bias && is_used ? call.bias[channel] : 0;
    const int block_columns = static_cast<int>(blockDim.x) / tile_channels * Walk::columns;
    over_stretches(call.of, block_columns, [&](const stretch &at) {
        float sums[Walk::open][Walk::columns] = {};
        const int left = at.left + strip * Walk::columns, room = is_used ? call.of.out_columns - left : 0;
        const int64_t image = call.out_images ? call.out_images[at.image] : at.image;
        Out *to = call.out + ((image * call.of.out_rows + at.row) * call.of.out_columns + left) * channels + channel;
        walk_down<Walk>(ring, call.of, at, first_channel, [&](int row, int number, const In *own) {
            const bool closes = Walk::has(row, Walk::kernel - 1) && number >= Walk::kernel - 1;
            float before[Walk::columns];
            if (adds && closes) {
#pragma unroll
                for (int i = 0; i < Walk::columns; i++) {
                    before[i] = i < room ? value_of(to[static_cast<int64_t>(i) * channels]) : 0;
                }
            }
            float values[Walk::width];
            strip_values<Walk>(own, values);
#pragma unroll
            for (int tap = 0; tap < Walk::kernel; tap++) {
                if (!Walk::has(row, tap)) continue;
#pragma unroll
                for (int k = 0; k < Walk::kernel; k++) {
#pragma unroll
                    for (int i = 0; i < Walk::columns; i++) {
                        float &sum = sums[Walk::opened(row, tap)][i];
                        const float product = values[i * Walk::stride + k] * weights[tap * Walk::kernel + k];
                        sum = (tap == 0 && k == 0 ? begin : sum) + product;
                    }
                }
            }
            if (!closes) return;
            float(&closed)[Walk::columns] = sums[Walk::opened(row, Walk::kernel - 1)];
            if (sums_are == sums_are::activated) activate<Out>(call.kind, closed);
#pragma unroll
            for (int i = 0; i < Walk::columns; i++) {
                if (i < room) to[static_cast<int64_t>(i) * channels] = stored<Out>(adds ? before[i] + closed[i] : closed[i]);
            }
            to += static_cast<int64_t>(call.of.out_columns) * channels;
        });
    });
}

template <int side, int step, sums_are sums_are, typename In, typename Out>
static status launch_depthwise(
    context *context, const char *name, depthwise_call<In, Out> call, const void *in, const int32_t *in_images, shape shape) {
    using Walk = convolution_walk<side, step>;
    const auto kernel = depthwise_rows<side, step, sums_are, In, Out>;
    if (shape.images == 0 || shape.rows == 0 || shape.columns == 0) return mammo_cuda_ok;
    dim3 grid, block;
    TRY((prepare_walk<Walk, In>(context, kernel, in, in_images, shape, 0, &call.of, &grid, &block, nullptr)));
    KLAUNCH(kernel, grid, block, 0, context->compute(), call);
    return launched(name);
}

status depthwise(
    context *context, const void *in, type in_type, const int32_t *images, int kernel, int stride, const float *taps,
    const float *bias, activation kind, void *out, type out_type, shape in_shape) {
    return with_kernel(kernel, stride, [&](auto side, auto step) {
        return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
            using In = typename decltype(in_tag)::type;
            using Out = typename decltype(out_tag)::type;
            constexpr int kernel_side = decltype(side)::value, kernel_step = decltype(step)::value;
            const depthwise_call<In, Out> call = {{}, static_cast<Out *>(out), nullptr, taps, bias, kind, false};
            if (kind == mammo_cuda_identity) {
                return launch_depthwise<kernel_side, kernel_step, sums_are::written>(
                    context, "depthwise", call, in, images, in_shape);
            }
            if constexpr (kernel_side < 7) {
                return launch_depthwise<kernel_side, kernel_step, sums_are::activated>(
                    context, "depthwise", call, in, images, in_shape);
            }
            return fail(mammo_cuda_unsupported, "a depthwise convolution of 7x7 with an activation, expected none");
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
            const depthwise_call<In, Out> call = {
                {}, static_cast<Out *>(input_gradient), images, taps, nullptr, mammo_cuda_identity, true};
            constexpr int kernel_side = decltype(side)::value;
            constexpr const char *name = "gradient of depthwise's input";
            return adds
                ? launch_depthwise<kernel_side, 1, sums_are::added>(context, name, call, gradient, nullptr, in_shape)
                : launch_depthwise<kernel_side, 1, sums_are::written>(context, name, call, gradient, nullptr, in_shape);
        });
    });
}

}  // namespace mammo_cuda
