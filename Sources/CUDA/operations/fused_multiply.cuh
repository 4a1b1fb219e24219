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
    static constexpr bool a_along_depth = true, b_along_depth = b_transposed;
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

/// The same where the depth of both operands goes from row to row: a place for each 16 rows and each 16 columns of the result.
template <typename Tiling> struct fragment_places_across {
    using held_a = held_tile<fused_rows / fused_pack>;
    using held_b = held_tile<Tiling::columns / fused_pack>;
    static constexpr bool a_along_depth = false, b_along_depth = false;
    int a[Tiling::down], b[Tiling::across / 2];

    __device__ __forceinline__ explicit fragment_places_across(const warp_place<Tiling> &at) {
        const int lane = at.lane;
#pragma unroll
        for (int m = 0; m < Tiling::down; m++) {
            a[m] = held_a::place(lane / 16 * 8 + lane % 8, at.row / fused_pack + 2 * m + lane / 8 % 2);
        }
#pragma unroll
        for (int n = 0; n < Tiling::across / 2; n++) {
            b[n] = fused_rows * fused_depth + held_b::place(lane % 16, at.column / fused_pack + 2 * n + lane / 16);
        }
    }

    __device__ __forceinline__ int of_a(int k, int m) const { return a[m] + k * 16 * fused_rows; }
    __device__ __forceinline__ int of_b(int k, int n) const { return b[n] + k * 16 * Tiling::columns; }
};

/// Four fragments from a tile whose rows go along the depth, or from one whose depth goes from row to row.
template <bool across, typename T> __device__ __forceinline__ void load_fragments(uint32_t (&out)[4], const T *row) {
    if constexpr (across) load_matrices_transposed(out, row);
    else load_matrices(out, row);
}

/// Multiplies a held tile of both operands. `Places` says where a lane's rows of both lie.
template <typename T, typename Tiling, typename Places>
__device__ __forceinline__ void multiply_tile(
    const T *held, const Places &places, float (&sums)[Tiling::down][Tiling::across][4]) {
    static_assert(Places::b_along_depth || Tiling::across == 4, "a place for each 16 columns of a row");
#pragma unroll
    for (int k = 0; k < fused_depth / 16; k++) {
        uint32_t right[Tiling::across / 2][4];
#pragma unroll
        for (int n = 0; n < Tiling::across / 2; n++) {
            load_fragments<!Places::b_along_depth>(right[n], held + places.of_b(k, n));
        }
#pragma unroll
        for (int m = 0; m < Tiling::down; m++) {
            uint32_t left[4];
            load_fragments<!Places::a_along_depth>(left, held + places.of_a(k, m));
#pragma unroll
            for (int n = 0; n < Tiling::across; n++) {
                multiply_matrices<T>(sums[m][n], left, right[n / 2][n % 2 * 2], right[n / 2][n % 2 * 2 + 1]);
            }
        }
    }
}

/// Adds up so many tiles of the depth, of which the next two are on their way while one is multiplied. `left` and `right` are a
/// thread's copies of both operands; shared memory holds three tiles of both.
template <typename T, typename Tiling, typename Places, typename Left, typename Right>
__device__ __forceinline__ void add_tiles(
    T *shared, Left &left, Right &right, const Places &places, int tiles,
    float (&sums)[Tiling::down][Tiling::across][4]) {
    constexpr int ahead = fused_tiles_held - 1;
    const auto held = [&](int tile) { return shared + tile % fused_tiles_held * Tiling::held; };
    const auto begin = [&](int tile) {
        left.begin(held(tile));
        right.begin(held(tile) + fused_rows * fused_depth);
    };
    const auto end = [&](int tile) {
        left.end(held(tile));
        right.end(held(tile) + fused_rows * fused_depth);
    };
#pragma unroll
    for (int tile = 0; tile < ahead; tile++) {
        if (tile < tiles) begin(tile), end(tile);
        copies_commit();
    }
#pragma unroll 1
    for (int tile = 0; tile < tiles; tile++) {
        // The tile is there for all threads, and none reads the one before it any more.
        copies_wait<ahead - 1>();
        left.arrived(held(tile));
        __syncthreads();
        if (tile + ahead < tiles) begin(tile + ahead);
        copies_commit();
        multiply_tile<T, Tiling>(held(tile), places, sums);
        if (tile + ahead < tiles) end(tile + ahead);
    }
}

/// body(row, column, the sums of that column and the next) for the lane's sums of the block's tile.
template <typename Tiling, typename Body>
__device__ __forceinline__ void for_sums(
    const warp_place<Tiling> &at, const float (&sums)[Tiling::down][Tiling::across][4], Body body) {
#pragma unroll
    for (int m = 0; m < Tiling::down; m++) {
#pragma unroll
        for (int n = 0; n < Tiling::across; n++) {
#pragma unroll
            for (int half = 0; half < 2; half++) {
                const float pair[2] = {sums[m][n][2 * half], sums[m][n][2 * half + 1]};
                body(at.row + m * 16 + half * 8 + at.lane / 4, at.column + n * 8 + at.lane % 4 * 2, pair);
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
    for_sums<Tiling>(at, sums, [&](int row, int column, const float(&pair)[2]) {
        store(rows + (row - first) * Tiling::pitch + column, pair);
    });
}

}  // namespace mammo_cuda
