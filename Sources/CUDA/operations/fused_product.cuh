// Products of 16-bit values whose results are used before they are written: a block multiplies 128 rows by some columns with tensor
// cores, rounds its sums as a product would store them, to 16 bits or to fp32, and hands them over, eight channels of a row at a
// time, to what comes next. What that writes is all that is written. The depth goes by in tiles of 32, of which up to three are in shared
// memory: one is multiplied while two are on their way.
#pragma once

#include "columns.cuh"
#include "context/context.h"
#include "operations.h"
#include "product_types.h"

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

/// A matrix as it is stored: `rows` rows of `columns` values.
template <typename T> struct stored_matrix {
    const T *values;
    int64_t stride;
    int64_t rows, columns;
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
            const int copy = threadIdx.x + i * fused_threads;
            const int row = copy / tile_packs, column = copy % tile_packs * fused_pack;
            const int64_t y = depth_along_rows ? first + row : row, x = depth_along_rows ? column : first + column;
            const bool inside = copy < all && (depth_along_rows ? y < of.rows : x < of.columns);
            from[i] = of.values + y * of.stride + x;
            deep[i] = inside ? (depth_along_rows ? column : row) : depth;
        }
    }

    /// Begins the copies of the next tile.
    __device__ __forceinline__ void next(T *tile) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            const int copy = threadIdx.x + i * fused_threads;
            const bool taken = deep[i] < left;
            if (all % fused_threads == 0 || copy < all) {
                T *const to = tile + held_tile<tile_packs>::place(copy / tile_packs, copy % tile_packs);
                copy_ahead one;
                one.begin(to, taken ? from[i] : base, taken ? 16 : 0);
                one.end(to);
            }
            from[i] += step;
        }
        left -= fused_depth;
    }
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

/// Hands so many rows in shared memory to `finish`, which adds up what it wants for each of the thread's channels. What it reads
/// of several rows is on its way together.
template <typename Held, typename Tiling, typename Finish>
__device__ __forceinline__ void finish_rows(
    const Held *rows, int count, const Finish &finish, int64_t first_row, int64_t all_rows, int first_column,
    int all_columns, float (&sums)[fused_pack]) {
    constexpr int packs = Tiling::columns / fused_pack, lines = fused_threads / packs, together = 4;
    const int line = threadIdx.x / packs, column = threadIdx.x % packs * fused_pack;
    if (line >= lines || first_column + column >= all_columns) return;
    const int channel = first_column + column;
    const typename Finish::of_channels constants(finish, channel);
#pragma unroll 1
    for (int begin = line; begin < count && first_row + begin < all_rows; begin += lines * together) {
        typename Finish::of_row read[together];
#pragma unroll
        for (int i = 0; i < together; i++) {
            const int row = begin + i * lines;
            if (row < count && first_row + row < all_rows) finish.read(first_row + row, channel, read[i]);
        }
#pragma unroll
        for (int i = 0; i < together; i++) {
            const int row = begin + i * lines;
            if (row >= count || first_row + row >= all_rows) continue;
            float values[fused_pack];
            load(rows + row * Tiling::pitch + column, values);
            finish(first_row + row, channel, constants, read[i], values, sums);
        }
    }
}

/// Adds the lines' sums of each of the block's columns, in order; shared memory is free to be used.
template <typename Tiling>
__device__ __forceinline__ void add_lines(float *shared, const float (&sums)[fused_pack], int columns, float *out) {
    constexpr int packs = Tiling::columns / fused_pack, lines = fused_threads / packs;
    const int line = threadIdx.x / packs;
    __syncthreads();
    if (line < lines) {
#pragma unroll
        for (int k = 0; k < fused_pack; k++) {
            shared[line * Tiling::columns + threadIdx.x % packs * fused_pack + k] = sums[k];
        }
    }
    __syncthreads();
    if (static_cast<int>(threadIdx.x) >= columns) return;
    float sum = 0;
    for (int i = 0; i < lines; i++) sum += shared[i * Tiling::columns + threadIdx.x];
    out[threadIdx.x] = sum;
}

/// A block for each tile of the result; those of the same rows are next to each other. What is stored is `Held`: rows of fp32 are
/// laid out in two parts. Partials are blocks down × columns.
template <typename T, typename Held, typename Tiling, bool b_transposed, typename Finish>
__global__ void __launch_bounds__(fused_threads, fused_blocks) fused_tiles(
    stored_matrix<T> a, stored_matrix<T> b, int columns, int depth, Finish finish, float *partials) {
    CUDA_SHARED(T, shared, Tiling::shared);
    const int across = (columns + Tiling::columns - 1) / Tiling::columns;
    const int64_t down = blockIdx.x / across, first_row = down * fused_rows;
    const int first_column = static_cast<int>(blockIdx.x % across) * Tiling::columns;
    const warp_place<Tiling> at;
    float sums[Tiling::down][Tiling::across][4] = {};
    {
        tile_copies<T, fused_rows, fused_depth / fused_pack, true> left(a, first_row, depth);
        tile_copies<
            T, b_transposed ? Tiling::columns : fused_depth, (b_transposed ? fused_depth : Tiling::columns) / fused_pack,
            b_transposed>
            right(b, first_column, depth);
        const auto begin = [&](int tile) {
            T *const to = shared + tile % fused_tiles_held * Tiling::held;
            left.next(to);
            right.next(to + fused_rows * fused_depth);
        };
        const fragment_places<Tiling, b_transposed> places(at);
        const int tiles = (depth + fused_depth - 1) / fused_depth;
#pragma unroll
        for (int tile = 0; tile < fused_tiles_held - 1; tile++) {
            if (tile < tiles) begin(tile);
            copies_commit();
        }
#pragma unroll 1
        for (int tile = 0; tile < tiles; tile++) {
            // The tile is there for all threads, and none reads the one before it any more.
            copies_wait<fused_tiles_held - 2>();
            __syncthreads();
            if (tile + fused_tiles_held - 1 < tiles) begin(tile + fused_tiles_held - 1);
            copies_commit();
            multiply_tile<T, Tiling, b_transposed>(shared + tile % fused_tiles_held * Tiling::held, places, sums);
        }
    }
    constexpr int parts = sizeof(Held) / sizeof(T), rows = fused_rows / parts;
    static_assert(Tiling::warp_rows <= rows, "a warp's sums are in one part");
    Held *const laid_out = reinterpret_cast<Held *>(shared);
    float added[fused_pack] = {};
#pragma unroll
    for (int part = 0; part < parts; part++) {
        __syncthreads();
        lay_out<Held, Tiling>(laid_out, at, part * rows, rows, sums);
        __syncthreads();
        finish_rows<Held, Tiling>(
            laid_out, rows, finish, first_row + part * rows, a.rows, first_column, columns, added);
    }
    if constexpr (Finish::adds) {
        add_lines<Tiling>(
            reinterpret_cast<float *>(shared), added,
            columns - first_column < Tiling::columns ? columns - first_column : Tiling::columns,
            partials + down * columns + first_column);
    }
}

/// Whether a product is computed by this kernel: of 16-bit values, on a card that multiplies them with tensor cores, in rows that
/// are copied 16 bytes at a time, as everything else that is read and written is. Its result has 16 bits too.
bool is_fused(
    const mammo_cuda_context *context, const mammo_cuda_product &product, bool b_transposed,
    std::initializer_list<const void *> pointers);

template <int tile_columns, bool b_transposed, typename T, typename Held, typename Finish>
mammo_cuda_status launch_fused(
    mammo_cuda_context *context, const char *name, const mammo_cuda_product &p, Finish finish, float *sums) {
    using Tiling = fused_tiling<tile_columns>;
    const stored_matrix<T> a = {static_cast<const T *>(p.a), p.a_stride, p.rows, p.depth};
    const stored_matrix<T> b = {
        static_cast<const T *>(p.b), p.b_stride, b_transposed ? p.columns : p.depth, b_transposed ? p.depth : p.columns};
    const int64_t down = divide_up(p.rows, fused_rows), blocks = down * divide_up(p.columns, tile_columns);
    if (blocks > 0x7FFFFFFF) return fail(mammo_cuda_failed, "%s of %lld rows", name, (long long)p.rows);
    float *partials = nullptr;
    if (Finish::adds) TRY(scratch(context, rows_of_partials(down) * p.columns, &partials));
    KLAUNCH(
        (fused_tiles<T, Held, Tiling, b_transposed, Finish>), dim3(static_cast<unsigned>(blocks)), dim3(fused_threads), 0,
        context->compute(), a, b, static_cast<int>(p.columns), static_cast<int>(p.depth), finish, partials);
    TRY(launched(name));
    return Finish::adds ? add_partials(context, partials, down, p.columns, sums) : mammo_cuda_ok;
}

/// `mammo_cuda_unsupported` unless a product's rows are next to each other, as those of what comes after it are.
mammo_cuda_status is_dense(const mammo_cuda_product &product, const char *name);
/// `mammo_cuda_unsupported` unless a product's rows are the positions of images, and its columns their channels.
mammo_cuda_status has_shape(const mammo_cuda_product &product, shape, const char *name);

/// The product, then body(), which finds it in `out`: memory of its own, until then, where the caller does not keep it.
template <typename Body>
mammo_cuda_status with_result(mammo_cuda_context *context, mammo_cuda_product &p, Body body) {
    void *own = nullptr;
    if (!p.out) {
        TRY(allocate(context, static_cast<size_t>(p.rows) * p.columns * (p.out_type == mammo_cuda_fp32 ? 4 : 2), &own));
        p.out = own;
    }
    mammo_cuda_status status = product(context, &p);
    if (status == mammo_cuda_ok) status = body();
    if (!own) return status;
    const mammo_cuda_status released = release(context, own);
    return status == mammo_cuda_ok ? released : status;
}

/// body(tag of the type) for a product's type of 16 bits.
template <typename Body> mammo_cuda_status with_halves(mammo_cuda_type type, Body body) {
    return type == mammo_cuda_fp16 ? body(type_tag<__half>()) : body(type_tag<__nv_bfloat16>());
}

/// The width of tiles that leaves the fewest columns over; the widest of those that leave as few.
inline int fused_columns(int64_t columns) {
    int best = 128;
    for (int width : {96, 64}) {
        if (divide_up(columns, width) * width < divide_up(columns, best) * best) best = width;
    }
    return best;
}

/// With a transposed b, in tiles of the width that suits the columns.
template <typename T, typename Held, typename Finish>
mammo_cuda_status launch_fused_by_weights(
    mammo_cuda_context *context, const char *name, const mammo_cuda_product &p, Finish finish) {
    switch (fused_columns(p.columns)) {
        case 64: return launch_fused<64, true, T, Held>(context, name, p, finish, nullptr);
        case 96: return launch_fused<96, true, T, Held>(context, name, p, finish, nullptr);
        default: return launch_fused<128, true, T, Held>(context, name, p, finish, nullptr);
    }
}

}  // namespace mammo_cuda
