// Sums over the lanes of a warp and the threads of a block, always added in the same order.
#pragma once

#include "platform.cuh"

namespace mammo_cuda {

/// The sum over each so many neighbouring lanes of a warp, to all of them; the whole warp takes part.
template <int lanes, typename T> __device__ __forceinline__ T lanes_sum(T value) {
#pragma unroll
    for (int bits = lanes / 2; bits > 0; bits /= 2) value += __shfl_xor_sync(0xFFFFFFFFu, value, bits);
    return value;
}

template <typename T> __device__ __forceinline__ T warp_sum(T value) { return lanes_sum<32>(value); }

/// The sum over the lanes of a warp that have the same place among each so many neighbours, to all of them.
template <int lanes, typename T> __device__ __forceinline__ T sum_over_groups(T value) {
#pragma unroll
    for (int bits = 16; bits >= lanes; bits /= 2) value += __shfl_xor_sync(0xFFFFFFFFu, value, bits);
    return value;
}

/// The sum over a block of whole warps, to every thread. `shared` has a place for each warp; it may be used again at once.
template <typename T> __device__ __forceinline__ T block_sum(T value, T *shared) {
    const int warps = blockDim.x / 32;
    value = warp_sum(value);
    __syncthreads();
    if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = value;
    __syncthreads();
    T sum = 0;
    for (int warp = 0; warp < warps; warp++) sum += shared[warp];
    return sum;
}

}  // namespace mammo_cuda
