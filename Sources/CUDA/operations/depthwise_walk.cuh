// How the depthwise kernels walk down an image: a block has 16 channels and strips of a few columns next to each other, and
// takes one row of the input after another. A lane has a channel of a strip, and keeps in registers the taps and all rows of the
// output that are open: a row of the input is read from shared memory once, goes into each of them, and is not wanted again. The
// rows that follow are on their way to shared memory meanwhile.
#pragma once

#include "depthwise.cuh"
#include "waves.cuh"

namespace mammo_cuda {

/// Of a kernel of `side` rows and columns at every `step`th position, with `before` rows above and columns to the left of it. A
/// strip has `strip_columns` outputs of a row.
template <int side, int step, int before, int strip_columns> struct walk {
    static constexpr int kernel = side, stride = step, border = before, columns = strip_columns;
    static constexpr int most_strips = 8, threads = most_strips * tile_channels;
    /// Rows of the output that a row of the input may belong to.
    static constexpr int open = (side + step - 1) / step;
    /// Rows of the input after which open rows are in the same registers again, and which shared memory has room for.
    static constexpr int period = open * step;
    /// The values of a row that a strip needs.
    static constexpr int width = (columns - 1) * step + side;
    /// After every `gap` columns of a row in shared memory a place is left out: the strips of the two halves of a warp then
    /// lie in different banks.
    static constexpr int gap = columns * step, held = (most_strips * columns - 1) * step + side;
    static constexpr int row_values = (held + (held - 1) / gap) * tile_channels;

    static __device__ __forceinline__ int place(int column) { return column + column / gap; }
    /// Which registers have the output's row to which the period's input row `row` is the `tap`th.
    static __host__ __device__ constexpr int opened(int row, int tap) { return (row + period * step - tap) / step % open; }
    static __host__ __device__ constexpr bool has(int row, int tap) { return (row + period * step - tap) % step == 0; }
};

/// A convolution's. With 7×7 there are registers for the taps and rows of four outputs.
template <int side, int step> using convolution_walk = walk<side, step, (side - 1) / 2, side < 7 && step == 1 ? 8 : 4>;

/// Blocks that share a multiprocessor at least, by the types of maps: as many as leave no kernel short of registers.
template <typename One, typename Other>
constexpr int walk_blocks = sizeof(One) + sizeof(Other) < 8 && !copies_take_registers ? 4 : 3;

/// A kernel's images, and how their rows are shared out.
template <typename T> struct walked_images {
    const T *in;
    /// Numbers of the images that are read; null: all in order.
    const int32_t *numbers;
    int images, rows, columns, channels;
    /// The channels that a position of `in` has room for.
    int in_channels;
    int out_rows, out_columns;
    /// Blocks of columns of an image.
    int across;
};

/// Rows of a block of columns, of the output.
struct stretch {
    int image, row, rows, left;
};

/// body(stretch) for what falls to this block: of the rows of all images' blocks of columns, one after another, each block of
/// the grid has the same number.
template <typename T, typename Body>
__device__ __forceinline__ void over_stretches(const walked_images<T> &of, int block_columns, Body body) {
    const int64_t all = static_cast<int64_t>(of.images) * of.across * of.out_rows;
    int64_t at = all * blockIdx.y / gridDim.y;
    for (const int64_t end = all * (blockIdx.y + 1) / gridDim.y; at < end;) {
        const int64_t unit = at / of.out_rows;
        const int row = static_cast<int>(at - unit * of.out_rows), room = of.out_rows - row;
        const int rows = end - at < room ? static_cast<int>(end - at) : room;
        const int image = static_cast<int>(unit / of.across), left = static_cast<int>(unit % of.across) * block_columns;
        body(stretch{image, row, rows, left});
        at += rows;
    }
}

/// Brings the rows of a stretch to shared memory, with zeros around the image and beyond its channels.
template <typename Walk, typename T> class row_feed {
    static constexpr int each = 16 / sizeof(T), pieces = tile_channels / each;
    /// A block has two strips at least; with more of them the border is a smaller share.
    static constexpr int passes = ((2 * Walk::columns - 1) * Walk::stride + Walk::kernel) * pieces / (2 * tile_channels) + 1;
    const T *from;
    int64_t row_step;
    int pass_step, row, end_row;
    /// Places of a row, in values; -1 for none. Bytes that are read for them.
    int places[passes], bytes[passes];
    copy_ahead copies[passes];

public:
    __device__ __forceinline__ row_feed(const walked_images<T> &of, const stretch &at, int first_channel) {
        const int strips = static_cast<int>(blockDim.x) / tile_channels, apart = static_cast<int>(blockDim.x) / pieces;
        const int held = (strips * Walk::columns - 1) * Walk::stride + Walk::kernel;
        const int first = at.left * Walk::stride - Walk::border, piece = static_cast<int>(threadIdx.x) % pieces;
        const int channel = first_channel + piece * each;
        const int image = of.numbers ? of.numbers[at.image] : at.image;
        row = at.row * Walk::stride - Walk::border;
        end_row = row + (at.rows - 1) * Walk::stride + Walk::kernel;
        if (end_row > of.rows) end_row = of.rows;
        row_step = static_cast<int64_t>(of.columns) * of.in_channels;
        pass_step = apart * of.in_channels;
#pragma unroll
        for (int pass = 0; pass < passes; pass++) {
            const int column = static_cast<int>(threadIdx.x) / pieces + pass * apart, x = first + column;
            places[pass] = column < held ? Walk::place(column) * tile_channels + piece * each : -1;
            bytes[pass] = x >= 0 && x < of.columns && channel < of.in_channels ? 16 : 0;
        }
        from = of.in + (static_cast<int64_t>(image) * of.rows + row) * row_step + channel +
               static_cast<int64_t>(first + static_cast<int>(threadIdx.x) / pieces) * of.in_channels;
    }

    /// The next row, which is read where it is of the image and of the stretch.
    __device__ __forceinline__ void begin(T *to) {
        const bool is_there = row >= 0 && row < end_row;
#pragma unroll
        for (int pass = 0; pass < passes; pass++) {
            if (places[pass] < 0) continue;
            copies[pass].begin(to + places[pass], from + pass * pass_step, is_there ? bytes[pass] : 0);
        }
        copies_commit();
        from += row_step, row++;
    }
    __device__ __forceinline__ void end(T *to) {
#pragma unroll
        for (int pass = 0; pass < passes; pass++) {
            if (places[pass] >= 0) copies[pass].end(to + places[pass]);
        }
    }
};

/// body(tag of the row's place in its period, its number, its first value of the thread's) for all rows of the input that a
/// stretch needs. The block may use `ring` again at once.
template <typename Walk, typename T, typename Body>
__device__ __forceinline__ void walk_down(
    T *ring, const walked_images<T> &of, const stretch &at, int first_channel, Body body) {
    constexpr int ahead = Walk::period - 1;
    const int rows = (at.rows - 1) * Walk::stride + Walk::kernel;
    const int strip = static_cast<int>(threadIdx.x) / tile_channels, lane = threadIdx.x % tile_channels;
    const T *own = ring + Walk::place(strip * Walk::gap) * tile_channels + lane;
    row_feed<Walk, T> feed(of, at, first_channel);
#pragma unroll
    for (int row = 0; row < ahead; row++) {
        feed.begin(ring + row * Walk::row_values);
        feed.end(ring + row * Walk::row_values);
    }
#pragma unroll 1
    for (int period = 0; period < rows; period += Walk::period) {
#pragma unroll
        for (int row = 0; row < Walk::period; row++) {
            if (period + row >= rows) break;
            T *const next = ring + (row + ahead) % Walk::period * Walk::row_values;
            copies_wait<ahead - 1>();
            // After it all have read the row before, whose place the next one takes.
            __syncthreads();
            feed.begin(next);
            body(row, period + row, own + row * Walk::row_values);
            feed.end(next);
        }
    }
    copies_wait<0>();
    __syncthreads();
}

/// The values of a row that the thread's strip needs.
template <typename Walk, typename T>
__device__ __forceinline__ void strip_values(const T *own, float (&values)[Walk::width]) {
#pragma unroll
    for (int i = 0; i < Walk::width; i++) values[i] = value_of(own[(i + i / Walk::gap) * tile_channels]);
}

/// Images whose positions do not begin at multiples of 16 bytes are copied to where they do.
template <typename T> struct padded_positions {
    const T *in;
    const int32_t *numbers;
    T *out;
    int64_t positions;
    int channels, in_channels;

    __device__ void operator()(int, int64_t row, int channel) const {
        const int64_t image = row / positions, from = numbers ? numbers[image] : image;
        const int64_t place = (row + (from - image) * positions) * channels + channel;
        out[row * in_channels + channel] = channel < channels ? in[place] : stored<T>(0);
    }
};

/// A grid over 16 channels each and over so many blocks as a card holds, and its threads; where it has to be padded, the input
/// is copied. `partials` is where a block puts so many floats of its own, where there are any.
template <typename Walk, typename T, typename Kernel>
mammo_cuda_status prepare_walk(
    mammo_cuda_context *context, Kernel kernel, const void *in, const int32_t *numbers, shape in_shape, int64_t floats_of_block,
    walked_images<T> *of, dim3 *grid, dim3 *block, float **partials) {
    const shape out = convolved_shape(in_shape, Walk::stride);
    const int64_t strips = divide_up(out.columns, Walk::columns), across = divide_up(strips, Walk::most_strips);
    // An even number: whole warps.
    const int together = static_cast<int>(divide_up(divide_up(strips, across), 2)) * 2;
    *block = dim3(together * tile_channels);
    *of = {static_cast<const T *>(in), numbers, in_shape.images, in_shape.rows, in_shape.columns, in_shape.channels,
           in_shape.channels, out.rows, out.columns, static_cast<int>(across)};
    const int groups = static_cast<int>(divide_up(in_shape.channels, tile_channels));
    int wave;
    TRY(wave_of(context, kernel, block->x, 0, &wave));
    // A few rows at least: each stretch reads a kernel's border more.
    constexpr int least_rows = 4;
    const int64_t most = divide_up(across * out.rows * out.images, least_rows);
    const int64_t blocks = std::min<int64_t>({most, std::max(1, wave / groups), 65535});
    *grid = dim3(groups, static_cast<unsigned>(blocks));
    const bool wide = is_wide<T>(in_shape.channels, in);
    constexpr int each = 16 / sizeof(T);
    const int64_t positions = static_cast<int64_t>(in_shape.rows) * in_shape.columns;
    if (!wide) of->in_channels = static_cast<int>(divide_up(in_shape.channels, each)) * each;
    const int64_t copied = wide ? 0 : in_shape.images * positions * of->in_channels * static_cast<int64_t>(sizeof(T));
    if (copied == 0 && floats_of_block == 0) return mammo_cuda_ok;
    void *memory;
    TRY(scratch(context, static_cast<size_t>(copied) + blocks * floats_of_block * sizeof(float), &memory));
    if (partials) *partials = reinterpret_cast<float *>(static_cast<char *>(memory) + copied);
    if (wide) return mammo_cuda_ok;
    const padded_positions<T> body = {
        of->in, numbers, static_cast<T *>(memory), positions, in_shape.channels, of->in_channels};
    of->in = static_cast<const T *>(memory), of->numbers = nullptr;
    return launch_over_rows<1>(context, "padding of channels", 1, in_shape.images * positions, of->in_channels, body);
}

}  // namespace mammo_cuda
