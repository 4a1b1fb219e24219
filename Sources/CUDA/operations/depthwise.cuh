// What the depthwise kernels have in common: a block has 16 channels and a tile of an image, with what the kernel reaches beyond
// it in shared memory, as it is stored. A half of a warp has a strip of the tile, a lane for each channel: with 7×7 and a stride
// of 1, of eight rows of fourteen values it makes 784 products. No lane is idle where channels are divisible by 16, and at
// most 29 KB of shared memory leave room for two blocks on cards with 64 KB.
#pragma once

#include "operations.h"
#include "rows.cuh"

namespace mammo_cuda {

constexpr int tile_channels = 16, tile_strips = 12, tile_threads = tile_channels * tile_strips;

template <typename T> struct alignas(16) sixteen_bytes {
    uint32_t words[4];
};
/// What is moved at once: 16 bytes, or a single value.
template <typename T, bool wide> using moved = std::conditional_t<wide, sixteen_bytes<T>, T>;

/// How a tile of held_rows × held_columns positions lies in shared memory: after every `gap` columns a place is left out. Strips
/// that two halves of a warp read at once begin `gap` columns from each other, and so read different banks.
template <int rows, int columns, int gap_columns> struct tile_layout {
    static constexpr int held_rows = rows, held_columns = columns, gap = gap_columns;
    static constexpr int pitch = columns + (columns - 1) / gap, values = rows * pitch * tile_channels;

    static __device__ __forceinline__ int place(int row, int column) { return row * pitch + column + column / gap; }
};

/// Extents of a convolution's tiles: `rows` × `columns` outputs in strips of `strip_rows` × `strip_columns`.
template <int side, int step> struct tiling {
    static constexpr int kernel = side, stride = step, taps = side * side, border = (side - 1) / 2;
    static constexpr int rows = step == 1 ? 12 : 6, columns = step == 1 ? 16 : 8;
    static constexpr int strip_rows = step == 1 ? 2 : 1, strip_columns = step == 1 ? 8 : 4;
    /// Of the input.
    using layout = tile_layout<(rows - 1) * step + side, (columns - 1) * step + side, strip_columns * step>;
    /// What a strip needs.
    static constexpr int strip_height = (strip_rows - 1) * step + side, strip_width = (strip_columns - 1) * step + side;
};

/// A place in an image, or in a tile.
struct tile_place {
    int row, column;
};

/// The shape of a convolution's output; the input's has the same images and channels.
inline shape convolved_shape(shape in, int stride) {
    in.rows = static_cast<int>(divide_up(in.rows, stride));
    in.columns = static_cast<int>(divide_up(in.columns, stride));
    return in;
}

template <typename Tiling> __host__ __device__ inline int64_t tiles_of_image(int rows, int columns) {
    return divide_up(rows, Tiling::rows) * divide_up(columns, Tiling::columns);
}

/// The first output of a tile.
template <typename Tiling> __device__ __forceinline__ tile_place place_of_tile(unsigned tile, int columns) {
    const unsigned across = (columns + Tiling::columns - 1) / Tiling::columns;
    return {static_cast<int>(tile / across) * Tiling::rows, static_cast<int>(tile % across) * Tiling::columns};
}

/// Where the outputs of the thread's strip begin in its tile: neighbours are next to each other.
template <typename Tiling> __device__ __forceinline__ tile_place place_of_strip() {
    constexpr int across = Tiling::columns / Tiling::strip_columns;
    static_assert(Tiling::rows / Tiling::strip_rows * across == tile_strips, "a strip for each half of a warp");
    const int strip = threadIdx.x / tile_channels;
    return {strip / across * Tiling::strip_rows, strip % across * Tiling::strip_columns};
}

/// Fills a tile with the positions of an image from `first` on; zeros beyond the image and its channels. Some loads are made
/// before their values are stored, so that they are under way together.
template <typename Layout, bool wide, typename T>
__device__ __forceinline__ void fill_positions(
    T *tile, const T *image, tile_place first, int rows, int columns, int channels, int first_channel) {
    using Moved = moved<T, wide>;
    constexpr int each = sizeof(Moved) / sizeof(T), pieces = tile_channels / each, step = tile_threads / pieces;
    constexpr int loads = (Layout::held_rows * Layout::held_columns + step - 1) / step, together = 3;
    static_assert(tile_threads % pieces == 0, "a thread keeps its channels");
    const int piece = threadIdx.x % pieces, channel = first_channel + piece * each;
    int row = static_cast<int>(threadIdx.x) / pieces / Layout::held_columns;
    int column = static_cast<int>(threadIdx.x) / pieces % Layout::held_columns;
#pragma unroll 1
    for (int begin = 0; begin < loads; begin += together) {
        Moved read[together];
        int places[together];
#pragma unroll
        for (int k = 0; k < together; k++) {
            const int y = first.row + row, x = first.column + column;
            places[k] = row < Layout::held_rows ? Layout::place(row, column) * pieces + piece : -1;
            read[k] = Moved();
            if (places[k] >= 0 && y >= 0 && y < rows && x >= 0 && x < columns && channel < channels) {
                const int64_t from = (static_cast<int64_t>(y) * columns + x) * channels + channel;
                read[k] = *reinterpret_cast<const Moved *>(image + from);
            }
            row += step / Layout::held_columns, column += step % Layout::held_columns;
            if (column >= Layout::held_columns) column -= Layout::held_columns, row++;
        }
#pragma unroll
        for (int k = 0; k < together; k++) {
            if (places[k] >= 0) reinterpret_cast<Moved *>(tile)[places[k]] = read[k];
        }
    }
}

/// The same; `wide` where positions begin at multiples of 16 bytes.
template <typename Layout, typename T>
__device__ __forceinline__ void fill_tile(
    T *tile, const T *image, tile_place first, int rows, int columns, int channels, int first_channel, bool wide) {
    if (wide) fill_positions<Layout, true>(tile, image, first, rows, columns, channels, first_channel);
    else fill_positions<Layout, false>(tile, image, first, rows, columns, channels, first_channel);
}

/// Whether positions begin at multiples of 16 bytes.
template <typename T> inline bool is_wide(int channels, const void *pointer) {
    return channels % (16 / sizeof(T)) == 0 && reinterpret_cast<uintptr_t>(pointer) % 16 == 0;
}

/// The values of a lane's channel from (row, column) of a tile on that lie in one of its rows; a strip begins at `column`, which
/// is a multiple of the layout's gap.
template <typename Layout, int count, typename T>
__device__ __forceinline__ void strip_values(const T *tile, int row, int column, float (&values)[count]) {
    const T *from = tile + Layout::place(row, column) * tile_channels + threadIdx.x % tile_channels;
#pragma unroll
    for (int i = 0; i < count; i++) values[i] = value_of(from[(i + i / Layout::gap) * tile_channels]);
}

/// Taps × 16 weights, zeros beyond the channels.
template <int taps>
__device__ __forceinline__ void fill_taps(float *weights, const float *from, bool turned, int channels, int first_channel) {
    const int lane = threadIdx.x % tile_channels, channel = first_channel + lane;
    for (int tap = threadIdx.x / tile_channels; tap < taps; tap += tile_strips) {
        const int64_t row = (turned ? taps - 1 - tap : tap) * static_cast<int64_t>(channels);
        weights[tap * tile_channels + lane] = channel < channels ? from[row + channel] : 0;
    }
}

/// Stores `count` neighbouring positions of a row, of which the image has `room`, or adds to them: all are read before the first
/// is written.
template <int count, typename T>
__device__ __forceinline__ void store_strip(T *to, int channels, int room, bool adds, const float (&sums)[count]) {
    float values[count];
#pragma unroll
    for (int i = 0; i < count; i++) values[i] = adds && i < room ? value_of(to[static_cast<int64_t>(i) * channels]) : 0;
#pragma unroll
    for (int i = 0; i < count; i++) {
        if (i < room) to[static_cast<int64_t>(i) * channels] = stored<T>(values[i] + sums[i]);
    }
}

/// body(tag of the kernel's side, tag of the stride) for the convolutions that there are.
template <typename Body> mammo_cuda_status with_kernel(int kernel, int stride, Body body) {
    const auto with_stride = [&](auto side) {
        if (stride == 1) return body(side, width_tag<1>());
        if (stride == 2) return body(side, width_tag<2>());
        return fail(mammo_cuda_unsupported, "a depthwise convolution with a stride of %d, expected 1 or 2", stride);
    };
    switch (kernel) {
        case 3: return with_stride(width_tag<3>());
        case 5: return with_stride(width_tag<5>());
        case 7: return with_stride(width_tag<7>());
    }
    return fail(
        mammo_cuda_unsupported, "a depthwise convolution with a kernel of %dx%d, expected 3x3, 5x5 or 7x7", kernel,
        kernel);
}

/// A grid of so many tiles for each image. Blocks of a tile's channels come one after the other: what they read of a position
/// lies together.
inline mammo_cuda_status tile_grid(shape of, int64_t tiles, dim3 *out) {
    if (of.images > 65535 || tiles > 65535) {
        return fail(
            mammo_cuda_unsupported, "a depthwise convolution of %d images at once in %lld tiles, where 65535 are the most",
            of.images, static_cast<long long>(tiles));
    }
    *out = dim3(static_cast<unsigned>(divide_up(of.channels, tile_channels)), static_cast<unsigned>(tiles), of.images);
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
