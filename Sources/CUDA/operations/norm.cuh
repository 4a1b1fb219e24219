// How LayerNorm's kernels lay rows over the lanes of a warp.
#pragma once

#include "reduce.cuh"
#include "rows.cuh"

namespace mammo_cuda {

constexpr int norm_warps = 8;

/// `lanes` of a warp have a row of at most lanes · packs · width channels: a lane has `packs` of `width` channels, `step` channels
/// from each other, so that what lanes read together lies together. ConvNeXt's rows of 96 · 2^n channels leave no lane without
/// any with three packs: 96 channels take 8 lanes by fours and 4 by eights, and a warp has four or eight rows at once.
template <int row_lanes, int row_packs, int row_width> struct norm_row {
    static constexpr int lanes = row_lanes, packs = row_packs, width = row_width, step = lanes * width;
    static constexpr int rows_of_warp = 32 / lanes, rows_of_block = norm_warps * rows_of_warp;
    /// Of a block's rows, and the first channel of the lane.
    int line, first;

    __device__ __forceinline__ norm_row()
        : line(static_cast<int>(threadIdx.x) / lanes), first(static_cast<int>(threadIdx.x) % lanes * width) {}
};

/// body(tag of the narrowest `norm_row` that has room), of at most `most_values` channels to a lane; there is one.
template <int width, int most_values, typename Body> mammo_cuda_status with_norm_row(int channels, Body body) {
    constexpr int packs = 3, row = packs * width;
    if constexpr (width == 8) {
        if (channels <= 4 * row) return body(type_tag<norm_row<4, packs, width>>());
    }
    if (channels <= 8 * row) return body(type_tag<norm_row<8, packs, width>>());
    if (channels <= 16 * row) return body(type_tag<norm_row<16, packs, width>>());
    if constexpr (most_values >= 2 * row) {
        if (channels > 32 * row) {
            if constexpr (most_values >= 4 * row) {
                if (channels > 64 * row) return body(type_tag<norm_row<32, 4 * packs, width>>());
            }
            return body(type_tag<norm_row<32, 2 * packs, width>>());
        }
    }
    return body(type_tag<norm_row<32, packs, width>>());
}

}  // namespace mammo_cuda
