// What the depthwise kernels have in common: a block has 32 channels, a lane for each, and a tile of an image with what the
// kernel reaches beyond it in shared memory, as it is stored. A warp takes strips of the tile: with 7×7 and a stride of 1, of
// eight rows of fourteen values each it makes 784 products.
#pragma once

#include "operations.h"
#include "rows.cuh"

namespace mammo_cuda {

constexpr int tile_channels = 32, tile_warps = 8, tile_threads = 32 * tile_warps;

template <typename T> struct alignas(16) sixteen_bytes {
    uint32_t words[4];
};
/// What is moved at once: 16 bytes, or a single value.
template <typename T, bool wide> using moved = std::conditional_t<wide, sixteen_bytes<T>, T>;

/// Extents of a convolution's tiles: `rows` × `columns` outputs, as many as shared memory of 48 KiB has room for the inputs of,
/// in strips of `strip_rows` × `strip_columns`.
template <int side, int step, typename T> struct tiling {
    static constexpr int kernel = side, stride = step, taps = side * side, border = (side - 1) / 2;
    static constexpr int rows = step == 1 ? 8 : 4, columns = (sizeof(T) == 4 ? 16 : 32) / step;
    static constexpr int strip_rows = step == 1 ? 2 : 1, strip_columns = step == 1 ? 8 : 4;
    static constexpr int strips_down = rows / strip_rows, strips = strips_down * (columns / strip_columns);
    /// Of the input.
    static constexpr int held_rows = (rows - 1) * step + side, held_columns = (columns - 1) * step + side;
    static constexpr int values = held_rows * held_columns * tile_channels;
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
template <typename Tiling> __device__ __forceinline__ tile_place place_of_tile(int64_t tile, int columns) {
    const int64_t across = divide_up(columns, Tiling::columns);
    return {static_cast<int>(tile / across) * Tiling::rows, static_cast<int>(tile % across) * Tiling::columns};
}

/// Where a strip's outputs begin in its tile.
template <typename Tiling> __device__ __forceinline__ tile_place place_of_strip(int strip) {
    return {
        strip % Tiling::strips_down * Tiling::strip_rows, strip / Tiling::strips_down * Tiling::strip_columns};
}

/// Fills a tile of held_rows × held_columns positions from `first` on; zeros beyond the image and its channels.
template <int held_rows, int held_columns, bool wide, typename T>
__device__ __forceinline__ void fill_positions(
    T *tile, const T *image, tile_place first, int rows, int columns, int channels, int first_channel) {
    using Moved = moved<T, wide>;
    constexpr int each = sizeof(Moved) / sizeof(T), pieces = tile_channels / each;
    constexpr int count = held_rows * held_columns * pieces;
    for (int i = threadIdx.x; i < count; i += tile_threads) {
        const int channel = first_channel + i % pieces * each;
        const int row = first.row + i / pieces / held_columns;
        const int column = first.column + i / pieces % held_columns;
        Moved piece = {};
        if (row >= 0 && row < rows && column >= 0 && column < columns && channel < channels) {
            const int64_t place = (static_cast<int64_t>(row) * columns + column) * channels + channel;
            piece = *reinterpret_cast<const Moved *>(image + place);
        }
        reinterpret_cast<Moved *>(tile)[i] = piece;
    }
}

/// The same; `wide` where positions begin at multiples of 16 bytes.
template <int held_rows, int held_columns, typename T>
__device__ __forceinline__ void fill_tile(
    T *tile, const T *image, tile_place first, int rows, int columns, int channels, int first_channel, bool wide) {
    if (wide) fill_positions<held_rows, held_columns, true>(tile, image, first, rows, columns, channels, first_channel);
    else fill_positions<held_rows, held_columns, false>(tile, image, first, rows, columns, channels, first_channel);
}

/// Whether positions begin at multiples of 16 bytes.
template <typename T> inline bool is_wide(int channels, const void *pointer) {
    return channels % (16 / sizeof(T)) == 0 && reinterpret_cast<uintptr_t>(pointer) % 16 == 0;
}

/// The values of a lane's channel from (row, column) of a tile on that lie in one of its rows.
template <int held_columns, int count, typename T>
__device__ __forceinline__ void strip_values(const T *tile, int row, int column, float (&values)[count]) {
#pragma unroll
    for (int i = 0; i < count; i++) {
        values[i] = value_of(tile[(row * held_columns + column + i) * tile_channels + threadIdx.x % 32]);
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

/// A grid of so many tiles for each image, with blocks for all channels.
inline mammo_cuda_status tile_grid(shape of, int64_t tiles, dim3 *out) {
    if (of.images > 65535) return fail(mammo_cuda_failed, "%d images at once, where 65535 are the most", of.images);
    *out = dim3(static_cast<unsigned>(tiles), static_cast<unsigned>(divide_up(of.channels, tile_channels)), of.images);
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
