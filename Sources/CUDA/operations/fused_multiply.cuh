// How a block of a fused product multiplies its tiles with tensor cores, a part of the sums in the registers of each warp.
#pragma once

#include "fused_copies.cuh"

namespace mammo_cuda {

/// How the warps of a block share its tile out: `warp_rows` × `warp_columns` sums each.
template <int tile_columns> struct fused_tiling {
    static constexpr int columns = tile_columns;
    static constexpr int warps_across = columns == 128 ? 4 : 2, warps_down = fused_threads / 32 / warps_across;
    static constexpr int warp_rows = fused_rows / warps_down, warp_columns = columns / warps_across;
    /// Fragments of sums, 16 × 8 each.
    static constexpr int down = warp_rows / 16, across = warp_columns / 8;
    /// Values of a held tile of the depth of both operands, and of a row of sums, which begin in different banks.
    static constexpr int held = (fused_rows + columns) * fused_depth, pitch = columns + fused_pack;
    static constexpr int shared =
        fused_tiles_held * held > fused_rows * pitch ? fused_tiles_held * held : fused_rows * pitch;
    static_assert(across % 2 == 0, "fragments of b are loaded in pairs");
};

/// Where a warp's sums lie in the block's tile, and which of them are the lane's.
template <typename Tiling> struct warp_place {
    int row, column, lane;

    __device__ __forceinline__ warp_place()
        : row(static_cast<int>(threadIdx.x) / 32 / Tiling::warps_across * Tiling::warp_rows),
          column(static_cast<int>(threadIdx.x) / 32 % Tiling::warps_across * Tiling::warp_columns),
          lane(threadIdx.x % 32) {}
};

/// Where a lane's rows of both operands' matrices lie in a held tile. From 16 of a row to the next its order is the same, so that two
/// places of each operand are enough.
template <typename Tiling, bool b_transposed> struct fragment_places {
    using held_a = held_tile<fused_depth / fused_pack>;
    using held_b = held_tile<b_transposed ? fused_depth / fused_pack : Tiling::columns / fused_pack>;
    int a[2], b[2];

    __device__ __forceinline__ explicit fragment_places(const warp_place<Tiling> &at) {
        const int lane = at.lane;
#pragma unroll
        for (int i = 0; i < 2; i++) {
            a[i] = held_a::place(at.row + lane % 16, 2 * i + lane / 16);
            b[i] = fused_rows * fused_depth +
                   (b_transposed ? held_b::place(at.column + lane % 8 + lane / 16 * 8, 2 * i + lane / 8 % 2)
                                 : held_b::place(lane % 16, at.column / fused_pack + 2 * i + lane / 16));
        }
    }

    /// Of the sixteenths `k` of the depth and `m` of the warp's rows.
    __device__ __forceinline__ int of_a(int k, int m) const { return a[k] + m * 16 * fused_depth; }
    /// Of `k` and the sixteenths `n` of the warp's columns.
    __device__ __forceinline__ int of_b(int k, int n) const {
        return b_transposed ? b[k] + n * 16 * fused_depth : b[n] + k * 16 * Tiling::columns;
    }
};

/// Multiplies a held tile of both operands.
template <typename T, typename Tiling, bool b_transposed>
__device__ __forceinline__ void multiply_tile(
    const T *held, const fragment_places<Tiling, b_transposed> &places, float (&sums)[Tiling::down][Tiling::across][4]) {
    static_assert(b_transposed || Tiling::across == 4, "a place for each 16 columns of a row");
#pragma unroll
    for (int k = 0; k < fused_depth / 16; k++) {
        uint32_t right[Tiling::across / 2][4];
#pragma unroll
        for (int n = 0; n < Tiling::across / 2; n++) {
            if constexpr (b_transposed) load_matrices(right[n], held + places.of_b(k, n));
            else load_matrices_transposed(right[n], held + places.of_b(k, n));
        }
#pragma unroll
        for (int m = 0; m < Tiling::down; m++) {
            uint32_t left[4];
            load_matrices(left, held + places.of_a(k, m));
#pragma unroll
            for (int n = 0; n < Tiling::across; n++) {
                multiply_matrices<T>(sums[m][n], left, right[n / 2][n % 2 * 2], right[n / 2][n % 2 * 2 + 1]);
            }
        }
    }
}

/// Puts those of the warp's sums that are in `count` rows from `first` on into shared memory, rounded to what is stored.
template <typename Held, typename Tiling>
__device__ __forceinline__ void lay_out(
    Held *rows, const warp_place<Tiling> &at, int first, int count,
    const float (&sums)[Tiling::down][Tiling::across][4]) {
    if (at.row < first || at.row >= first + count) return;
#pragma unroll
    for (int m = 0; m < Tiling::down; m++) {
#pragma unroll
        for (int n = 0; n < Tiling::across; n++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                const int row = at.row - first + m * 16 + half * 8 + at.lane / 4, column = at.column + n * 8 + at.lane % 4 * 2;
                const float pair[2] = {sums[m][n][2 * half], sums[m][n][2 * half + 1]};
                store(rows + row * Tiling::pitch + column, pair);
            }
        }
    }
}

}  // namespace mammo_cuda
