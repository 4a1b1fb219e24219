// Rows of images as a fused product's left operand, each channel of an image multiplied by a factor on the way: as
// squeeze-and-excitation's gates multiply them.
#pragma once

#include "fused_copies.cuh"

namespace mammo_cuda {

template <typename T> class gated_copies;

/// Rows of `depth` values, of `positions` rows an image.
template <typename T> struct gated_matrix {
    stored_matrix<T> of;
    /// Images × depth.
    const float *factors;
    int positions;
    int64_t rows;

    using left_copies = gated_copies<T>;
};

/// Copies that a thread multiplies where they are as soon as they have arrived, and before other threads read them. Products with
/// factors are rounded as a pass of their own would store them.
template <typename T> class gated_copies : public stored_matrix<T>::left_copies {
    using copies = typename stored_matrix<T>::left_copies;
    using copies::count;
    /// Of the values that arrive next: of each copy's image, null where there is no row.
    const float *factors[count];
    int left;

public:
    __device__ __forceinline__ gated_copies(const gated_matrix<T> &of, int64_t first, int depth)
        : copies(of.of, first, depth), left(depth - copies::pack(0) * fused_pack) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            const int64_t row = first + copies::row(i);
            factors[i] = row < of.rows ? of.factors + row / of.positions * depth + copies::pack(i) * fused_pack : nullptr;
        }
    }

    __device__ __forceinline__ void arrived(T *tile) {
#pragma unroll
        for (int i = 0; i < count; i++) {
            if (!factors[i] || left <= 0) continue;
            T *const own = copies::place(tile, i);
            float values[fused_pack], by[fused_pack];
            load(own, values);
            load_unchanged(factors[i], by);
#pragma unroll
            for (int k = 0; k < fused_pack; k++) values[k] *= by[k];
            store(own, values);
            factors[i] += fused_depth;
        }
        left -= fused_depth;
    }
};

}  // namespace mammo_cuda
