// Products of 16-bit values whose results are used before they are written: a block multiplies 128 rows by some columns with tensor
// cores, rounds its sums as a product would store them, to 16 bits or to fp32, and hands them over, eight channels of a row at a
// time, to what comes next. What that writes is all that is written. The depth goes by in tiles of 32, of which up to three are in shared
// memory: one is multiplied while two are on their way.
#pragma once

#include "borrowed.h"
#include "columns.cuh"
#include "fused_multiply.cuh"
#include "operations.h"
#include "product_types.h"

namespace mammo_cuda {

/// What a finish needs of a thread's channels where that is their bias alone.
struct bias_of_channels {
    float shift[fused_pack];
    template <typename Finish> __device__ bias_of_channels(const Finish &of, int channel) {
        load_unchanged(of.bias + channel, shift);
    }
};

/// A finish that reads nothing of a row.
struct reads_no_row {
    struct of_row {};
    __device__ void read(int64_t, int, of_row &) const {}
};

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
/// laid out in two parts. Partials are blocks down × columns. `Left` is a stored matrix, or images whose patches are the rows.
template <typename T, typename Held, typename Tiling, bool b_transposed, typename Finish, typename Left>
__global__ void __launch_bounds__(fused_threads, fused_blocks) fused_tiles(
    Left a, stored_matrix<T> b, int columns, int depth, Finish finish, float *partials) {
    if constexpr (!multiplies_matrices<T>) return;
    CUDA_SHARED(T, shared, Tiling::shared);
    const int across = (columns + Tiling::columns - 1) / Tiling::columns;
    const int64_t down = blockIdx.x / across, first_row = down * fused_rows;
    const int first_column = static_cast<int>(blockIdx.x % across) * Tiling::columns;
    const warp_place<Tiling> at;
    float sums[Tiling::down][Tiling::across][4] = {};
    {
        typename Left::left_copies left(a, first_row, depth);
        tile_copies<
            T, b_transposed ? Tiling::columns : fused_depth, (b_transposed ? fused_depth : Tiling::columns) / fused_pack,
            b_transposed>
            right(b, first_column, depth);
        const fragment_places<Tiling, b_transposed> places(at);
        add_tiles<T, Tiling>(shared, left, right, places, (depth + fused_depth - 1) / fused_depth, sums);
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
/// are copied 16 bytes at a time, as everything else that is read and written is. Which types the result may have depends on what
/// comes next.
bool is_fused(
    const mammo_cuda_context *context, const mammo_cuda_product &product, bool b_transposed,
    std::initializer_list<const void *> pointers);

/// A product's left operand as it is stored.
template <typename T> stored_matrix<T> left_of(const mammo_cuda_product &p) {
    return {static_cast<const T *>(p.a), p.a_stride, p.rows, p.depth};
}

template <int tile_columns, bool b_transposed, typename T, typename Held, typename Left, typename Finish>
mammo_cuda_status launch_fused(
    mammo_cuda_context *context, const char *name, const mammo_cuda_product &p, Left a, Finish finish, float *sums) {
    using Tiling = fused_tiling<tile_columns>;
    const stored_matrix<T> b = {
        static_cast<const T *>(p.b), p.b_stride, b_transposed ? p.columns : p.depth, b_transposed ? p.depth : p.columns};
    const int64_t down = divide_up(p.rows, fused_rows), blocks = down * divide_up(p.columns, tile_columns);
    if (blocks > 0x7FFFFFFF) return fail(mammo_cuda_failed, "%s of %lld rows", name, (long long)p.rows);
    float *partials = nullptr;
    if (Finish::adds) TRY(scratch(context, rows_of_partials(down) * p.columns, &partials));
    KLAUNCH(
        (fused_tiles<T, Held, Tiling, b_transposed, Finish, Left>), dim3(static_cast<unsigned>(blocks)), dim3(fused_threads), 0,
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
    const auto run = [&]() -> mammo_cuda_status {
        TRY(product(context, &p));
        return body();
    };
    if (p.out) return run();
    return with_memory(context, p.rows * p.columns * bytes_of(p.out_type), [&](void *own) {
        p.out = own;
        return run();
    });
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
template <typename T, typename Held, typename Left, typename Finish>
mammo_cuda_status launch_fused_by_weights(
    mammo_cuda_context *context, const char *name, const mammo_cuda_product &p, Left left, Finish finish) {
    switch (fused_columns(p.columns)) {
        case 64: return launch_fused<64, true, T, Held>(context, name, p, left, finish, nullptr);
        case 96: return launch_fused<96, true, T, Held>(context, name, p, left, finish, nullptr);
        default: return launch_fused<128, true, T, Held>(context, name, p, left, finish, nullptr);
    }
}

}  // namespace mammo_cuda
