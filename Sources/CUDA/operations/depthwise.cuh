// What the depthwise 7×7 kernels have in common: a block has 32 channels, a lane for each, and a tile of an image with
// three positions more on every side in shared memory, as it is stored. A warp takes strips of 2 rows × 8 columns of the
// tile: of eight rows of fourteen values each it makes 784 products.
#pragma once

#include "rows.cuh"

namespace mammo_cuda {

constexpr int taps_side = 7, taps_count = 49, border = 3;
constexpr int strip_rows = 2, strip_columns = 8;
constexpr int tile_channels = 32, tile_warps = 8, tile_threads = 32 * tile_warps;
constexpr int tile_rows = 8;
/// As many as shared memory of 48 KiB has room for.
template <typename T> constexpr int tile_columns = sizeof(T) == 4 ? 16 : 32;
template <typename T> constexpr int tile_width = tile_columns<T> + 2 * border;
template <typename T> constexpr int tile_values = (tile_rows + 2 * border) * tile_width<T> * tile_channels;
template <typename T> constexpr int tile_strips = tile_rows / strip_rows * (tile_columns<T> / strip_columns);

template <typename T> struct alignas(16) sixteen_bytes {
    uint32_t words[4];
};
/// What is moved at once: 16 bytes, or a single value.
template <typename T, bool wide> using moved = std::conditional_t<wide, sixteen_bytes<T>, T>;

/// The corner of a tile among an image's tiles.
struct tile_place {
    int row, column;
};

template <typename T> __host__ __device__ inline int64_t tiles_of_image(int rows, int columns) {
    return divide_up(rows, tile_rows) * divide_up(columns, tile_columns<T>);
}

template <typename T> __device__ __forceinline__ tile_place place_of_tile(int64_t tile, int columns) {
    const int64_t across = divide_up(columns, tile_columns<T>);
    return {static_cast<int>(tile / across) * tile_rows, static_cast<int>(tile % across) * tile_columns<T>};
}

/// Where a strip begins in its tile.
__device__ __forceinline__ tile_place place_of_strip(int strip) {
    constexpr int down = tile_rows / strip_rows;
    return {strip % down * strip_rows, strip / down * strip_columns};
}

/// Fills the tile of `image` at a place; zeros beyond the image and its channels.
template <bool wide, typename T>
__device__ __forceinline__ void fill_tile(
    T *tile, const T *image, tile_place at, int rows, int columns, int channels, int first_channel) {
    using Moved = moved<T, wide>;
    constexpr int each = sizeof(Moved) / sizeof(T), pieces = tile_channels / each;
    constexpr int count = tile_values<T> / each;
    for (int i = threadIdx.x; i < count; i += tile_threads) {
        const int channel = first_channel + i % pieces * each;
        const int row = at.row - border + i / pieces / tile_width<T>;
        const int column = at.column - border + i / pieces % tile_width<T>;
        Moved piece = {};
        if (row >= 0 && row < rows && column >= 0 && column < columns && channel < channels) {
            const int64_t place = (static_cast<int64_t>(row) * columns + column) * channels + channel;
            piece = *reinterpret_cast<const Moved *>(image + place);
        }
        reinterpret_cast<Moved *>(tile)[i] = piece;
    }
}

/// The fourteen values of a lane's channel that a strip needs of one row of the tile.
template <typename T>
__device__ __forceinline__ void strip_values(
    const T *tile, int row, int column, float (&values)[strip_columns + 2 * border]) {
#pragma unroll
    for (int i = 0; i < strip_columns + 2 * border; i++) {
        values[i] = value_of(tile[(row * tile_width<T> + column + i) * tile_channels + threadIdx.x % 32]);
    }
}

}  // namespace mammo_cuda
