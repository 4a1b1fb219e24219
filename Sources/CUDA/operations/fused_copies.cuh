// How the operands of a fused product come to shared memory: in tiles of the depth, 16 bytes at a time.
#pragma once

#include "platform.cuh"
#include "types.cuh"

namespace mammo_cuda {

constexpr int fused_threads = 256, fused_rows = 128, fused_depth = 32, fused_tiles_held = 3;
/// Blocks that share a multiprocessor, and its registers. The 64 KB of shared memory of sm_75 hold one.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
constexpr int fused_blocks = 1;
#else
constexpr int fused_blocks = 2;
#endif
/// Values of 16 bits in 16 bytes, which are copied and finished together.
constexpr int fused_pack = 8;

template <typename T, int tile_rows, int tile_packs, bool depth_along_rows> struct tile_copies;

/// A matrix as it is stored: `rows` rows of `columns` values.
template <typename T> struct stored_matrix {
    const T *values;
    int64_t stride;
    int64_t rows, columns;

    /// How its rows come as a product's left operand.
    using left_copies = tile_copies<T, fused_rows, fused_depth / fused_pack, true>;
};

/// A tile in shared memory: rows of `packs` times 16 bytes, in an order within the row that lets eight rows' packs of one column
/// be read at once, from different banks.
template <int packs> struct held_tile {
    static_assert(packs == 4 || packs % 8 == 0, "an order without conflicts");
    static __device__ __forceinline__ int place(int row, int pack) {
        return (row * packs + (pack ^ (packs == 4 ? row >> 1 & 3 : row & 7))) * fused_pack;
    }
};

/// A thread's copies of an operand's tiles, one tile of the depth after another. The depth goes along the stored rows, or from
/// row to row. What lies outside the matrix becomes zeros.
template <typename T, int tile_rows, int tile_packs, bool depth_along_rows> struct tile_copies {
    static constexpr int all = tile_rows * tile_packs, count = (all + fused_threads - 1) / fused_threads;
    const T *base, *from[count];
    /// How deep a copy lies in its tile; the full depth where its place is outside the matrix.
    int deep[count];
    int64_t step;
    int left;

    __device__ __forceinline__ tile_copies(const stored_matrix<T> &of, int64_t first, int depth)
        : base(of.values), step(depth_along_rows ? fused_depth : fused_depth * of.stride), left(depth) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            const int copy = number(i), row = copy / tile_packs, column = copy % tile_packs * fused_pack;
            const int64_t y = depth_along_rows ? first + row : row, x = depth_along_rows ? column : first + column;
            const bool inside = copy < all && (depth_along_rows ? y < of.rows : x < of.columns);
            from[i] = of.values + y * of.stride + x;
            deep[i] = inside ? (depth_along_rows ? column : row) : depth;
        }
    }

    /// Begins the copies of the next tile.
    __device__ __forceinline__ void begin(T *tile) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            const bool taken = deep[i] < left;
            if (is_copied(i)) copies[i].begin(place(tile, i), taken ? from[i] : base, taken ? 16 : 0);
            from[i] += step;
        }
        left -= fused_depth;
    }

    /// Ends them, as `copy_ahead` does.
    __device__ __forceinline__ void end(T *tile) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            if (is_copied(i)) copies[i].end(place(tile, i));
        }
    }

    /// What is done with the tile when the thread's copies are there, before other threads read it.
    __device__ __forceinline__ void arrived(T *) {}

    /// Where a copy lies in the tile.
    static __device__ __forceinline__ T *place(T *tile, int i) {
        return tile + held_tile<tile_packs>::place(number(i) / tile_packs, number(i) % tile_packs);
    }

private:
    copy_ahead copies[count];

    static __device__ __forceinline__ int number(int i) { return threadIdx.x + i * fused_threads; }
    static __device__ __forceinline__ bool is_copied(int i) { return all % fused_threads == 0 || number(i) < all; }
};

}  // namespace mammo_cuda
