// The gradient of the input of a depthwise convolution with a stride of 2. An input at row y has taps of the outputs at
// (y + border - tap) / 2, so of the taps of one parity. Two rows and two columns of inputs are a position here: of these there
// are as many as of outputs, and each takes the outputs around it, without a product with a zero.
#include "depthwise_walk.cuh"

namespace mammo_cuda {

template <int side> struct spread {
    static constexpr int border = (side - 1) / 2;
    /// Along an axis the input 2i + parity takes taps parity + border - 2d of the outputs i + d. The least and the largest d: of
    /// the even inputs, whose tap border - 2d is below the kernel's side, and of the odd ones.
    static constexpr int least = -((side - 1 - border) / 2), largest = (1 + border) / 2;
    using walk = mammo_cuda::walk<largest - least + 1, 1, -least, side == 3 ? 4 : 2>;

    /// The tap by which an input of a parity takes the output at a place of those that are walked over; below zero, or the side
    /// and more, for none.
    static __host__ __device__ constexpr int tap(int parity, int place) { return parity + border - 2 * (place + least); }
    static __host__ __device__ constexpr bool has(int tap) { return tap >= 0 && tap < side; }
};

template <typename In, typename Out> struct spread_call {
    walked_images<In> of;
    Out *out;
    const int32_t *images;
    const float *taps;
    /// Of the input.
    int rows, columns;
};

template <int side, bool adds, typename In, typename Out>
__global__ void __launch_bounds__(spread<side>::walk::threads, walk_blocks<In, Out>)
depthwise_spread_rows(spread_call<In, Out> call) {
    using Spread = spread<side>;
    using Walk = typename Spread::walk;
    constexpr int columns = 2 * Walk::columns;
    CUDA_SHARED(In, ring, Walk::period *Walk::row_values);
    const int lane = threadIdx.x % tile_channels, strip = static_cast<int>(threadIdx.x) / tile_channels;
    const int first_channel = blockIdx.x * tile_channels, channel = first_channel + lane, channels = call.of.channels;
    const bool is_used = channel < channels;
    float weights[side * side];
#pragma unroll
    for (int tap = 0; tap < side * side; tap++) {
        weights[tap] = is_used ? call.taps[static_cast<int64_t>(tap) * channels + channel] : 0;
    }
    const int block_columns = static_cast<int>(blockDim.x) / tile_channels * Walk::columns;
    over_stretches(call.of, block_columns, [&](const stretch &at) {
        // Of the pairs of rows that are open.
        float sums[Walk::open][2][columns] = {};
        const int left = 2 * (at.left + strip * Walk::columns), room = is_used ? call.columns - left : 0;
        const int64_t image = call.images ? call.images[at.image] : at.image;
        const int64_t row_step = static_cast<int64_t>(call.columns) * channels;
        const unsigned step = channels * static_cast<unsigned>(sizeof(Out));
        int y = 2 * at.row;
        Out *to = call.out + (image * call.rows + y) * row_step + static_cast<int64_t>(left) * channels + channel;
        walk_down<Walk>(ring, call.of, at, first_channel, [&](int row, int number, const In *own) {
            float values[Walk::width];
            strip_values<Walk>(own, values);
#pragma unroll
            for (int place = 0; place < Walk::kernel; place++) {
                float(&open)[2][columns] = sums[Walk::opened(row, place)];
#pragma unroll
                for (int r = 0; r < 2; r++) {
                    const int tap_row = Spread::tap(r, place);
#pragma unroll
                    for (int i = 0; i < columns; i++) {
                        if (place == 0) open[r][i] = 0;
#pragma unroll
                        for (int k = 0; k < Walk::kernel; k++) {
                            const int tap_column = Spread::tap(i % 2, k);
                            if (!Spread::has(tap_row) || !Spread::has(tap_column)) continue;
                            open[r][i] += values[i / 2 + k] * weights[tap_row * side + tap_column];
                        }
                    }
                }
            }
            if (number < Walk::kernel - 1) return;
            const float(&closed)[2][columns] = sums[Walk::opened(row, Walk::kernel - 1)];
#pragma unroll
            for (int r = 0; r < 2; r++) {
                const int there = y + r < call.rows ? room : 0;
                float before[columns];
                if (adds) {
#pragma unroll
                    for (int i = 0; i < columns; i++) {
                        before[i] = i < there ? value_of(*advanced(to, step, i)) : 0;
                    }
                }
#pragma unroll
                for (int i = 0; i < columns; i++) {
                    const float sum = adds ? before[i] + closed[r][i] : closed[r][i];
                    if (i < there) *advanced(to, step, i) = stored<Out>(sum);
                }
                to += row_step;
            }
            y += 2;
        });
    });
}

template <int side>
static status launch_spread(
    context *context, const void *gradient, type type, const int32_t *images, const float *taps, void *input_gradient,
    mammo_cuda_type out_type, int adds, shape in) {
    return with_types(type, out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        spread_call<In, Out> call = {{}, static_cast<Out *>(input_gradient), images, taps, in.rows, in.columns};
        const auto kernel = adds ? depthwise_spread_rows<side, true, In, Out> : depthwise_spread_rows<side, false, In, Out>;
        dim3 grid, block;
        TRY((prepare_walk<typename spread<side>::walk, In>(
            context, kernel, gradient, nullptr, convolved_shape(in, 2), 0, &call.of, &grid, &block, nullptr)));
        KLAUNCH(kernel, grid, block, 0, context->compute(), call);
        return launched("gradient of depthwise's input");
    });
}

status depthwise_spread_gradient(
    context *context, const void *gradient, type type, const int32_t *images, int kernel, const float *taps,
    void *input_gradient, mammo_cuda_type out_type, int adds, shape in) {
    if (kernel != 3 && kernel != 5) return no_such_convolution(kernel, 2);
    if (in.images == 0 || in.rows == 0 || in.columns == 0) return mammo_cuda_ok;
    return (kernel == 3 ? launch_spread<3> : launch_spread<5>)(
        context, gradient, type, images, taps, input_gradient, out_type, adds, in);
}

}  // namespace mammo_cuda
