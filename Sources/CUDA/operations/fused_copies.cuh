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

template <typename T, int tile_rows, int tile_packs, bool depth_along_rows> class tile_copies;

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

/// A thread's copies to a held tile, of which it makes every 256th: what says where they come from derives from it.
template <typename T, int tile_rows, int tile_packs> class thread_copies {
    static constexpr int all = tile_rows * tile_packs;

protected:
    static constexpr int count = (all + fused_threads - 1) / fused_threads;
    /// Where nothing is read.
    const T *base;

    __device__ __forceinline__ explicit thread_copies(const T *base) : base(base) {}

    /// The row and the pack of a copy in the tile.
    static __device__ __forceinline__ int row(int i) { return number(i) / tile_packs; }
    static __device__ __forceinline__ int pack(int i) { return number(i) % tile_packs; }
    static __device__ __forceinline__ bool is_copied(int i) { return all % fused_threads == 0 || number(i) < all; }

    /// Where a copy lies in the tile.
    static __device__ __forceinline__ T *place(T *tile, int i) {
        return tile + held_tile<tile_packs>::place(row(i), pack(i));
    }

    /// Begins a copy; zeros where it is not `taken`.
    __device__ __forceinline__ void begin_copy(T *tile, int i, bool taken, const T *from) {
        if (is_copied(i)) copies[i].begin(place(tile, i), taken ? from : base, taken ? 16 : 0);
    }

public:
    /// Ends them, as `copy_ahead` does.
    __device__ __forceinline__ void end(T *tile) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            if (is_copied(i)) copies[i].end(place(tile, i));
        }
    }

    /// What is done with the tile when the thread's copies are there, before other threads read it.
    __device__ __forceinline__ void arrived(T *) {}

private:
    copy_ahead copies[count];

    static __device__ __forceinline__ int number(int i) { return threadIdx.x + i * fused_threads; }
};

/// Copies of a stored matrix, one tile of the depth after another. The depth goes along the stored rows, or from row to row. What
/// lies outside the matrix becomes zeros.
template <typename T, int tile_rows, int tile_packs, bool depth_along_rows>
class tile_copies : public thread_copies<T, tile_rows, tile_packs> {
    using copies = thread_copies<T, tile_rows, tile_packs>;

protected:
    using copies::count, copies::row, copies::pack, copies::is_copied;

private:
    const T *from[count];
    /// How deep a copy lies in its tile; the full depth where its place is outside the matrix.
    int deep[count];
    int64_t step;
    int left;

public:
    __device__ __forceinline__ tile_copies(const stored_matrix<T> &of, int64_t first, int depth)
        : copies(of.values), step(depth_along_rows ? fused_depth : fused_depth * of.stride), left(depth) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            const int column = pack(i) * fused_pack;
            const int64_t y = depth_along_rows ? first + row(i) : row(i), x = depth_along_rows ? column : first + column;
            const bool inside = is_copied(i) && (depth_along_rows ? y < of.rows : x < of.columns);
            from[i] = of.values + y * of.stride + x;
            deep[i] = inside ? (depth_along_rows ? column : row(i)) : depth;
        }
    }

    /// Begins the copies of the next tile.
    __device__ __forceinline__ void begin(T *tile) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            copies::begin_copy(tile, i, deep[i] < left, from[i]);
            from[i] += step;
        }
        left -= fused_depth;
    }
};

}  // namespace mammo_cuda
