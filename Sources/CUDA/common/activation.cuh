// Functions of each value, and their derivatives. Which one it is is the same for all threads of a launch.
#pragma once

#include "mammo_cuda.h"
#include "types.cuh"

namespace mammo_cuda {

/// Φ(x), the share of the standard normal distribution below x.
__device__ __forceinline__ float normal_share(float x) { return 0.5f * (1 + erff(x * 0.70710678f)); }

__device__ __forceinline__ float gelu_of(float x) { return x * normal_share(x); }
__device__ __forceinline__ float gelu_slope(float x) {
    return normal_share(x) + x * 0.39894228f * expf(-0.5f * x * x);
}

/// What GELU and its derivative are made of: Φ(x), and exp(-x²/2).
struct normal_parts {
    float share, bell;

    __device__ __forceinline__ float gelu(float x) const { return x * share; }
    __device__ __forceinline__ float gelu_slope(float x) const { return share + x * (0.39894228f * bell); }
};

/// For results that are stored as `T`. In 16 bits Φ(-|x|) is exp(-x²/2) times a polynomial in t = 1 / (1 + p |x|), fitted so that
/// the largest relative error for |x| up to 14 is least: 7.5e-7. With the roundings of fp32, above all of x², it is below 1e-5,
/// where a rounding of fp16 is 4.9e-4; an exponential below 2^-126 is zero. The exact erf takes about twice the instructions, and
/// memory waits for them. check_gelu.cpp goes over all numbers of 16 bits.
template <typename T> __device__ __forceinline__ normal_parts normal_parts_of(float x) {
    if constexpr (sizeof(T) == 4) {
        return {normal_share(x), expf(-0.5f * x * x)};
    } else {
        const float bell = approximate_exp2(x * (x * -0.72134752f));
        const float t = approximate_reciprocal(1 + 0.36226578f * fabsf(x));
        float tail = 0.048053608f;
        tail = tail * t - 0.18003327f;
        tail = tail * t + 0.17603431f;
        tail = tail * t + 0.029134161f;
        tail = tail * t + 0.13939156f;
        tail = tail * t + 0.14281098f;
        tail = tail * t + 0.14460902f;
        tail *= t * bell;
        return {x < 0 ? tail : 1 - tail, bell};
    }
}

__device__ __forceinline__ float sigmoid_of(float x) { return 1 / (1 + expf(-x)); }

/// x from where on exp(-x) is finite. Below, the functions have reached their limits; NaN remains NaN.
__device__ __forceinline__ float exponential_bounded(float x) { return x < -87 ? -87 : x; }

/// σ(x) · (1 - σ(x)), with 1 - σ(x) as exp(-x) · σ(x), which loses nothing to cancellation.
__device__ __forceinline__ float sigmoid_slope(float x) {
    const float opposite = expf(-exponential_bounded(x)), share = 1 / (1 + opposite);
    return share * (opposite * share);
}

/// σ(x) + x · σ(x) · (1 - σ(x)).
__device__ __forceinline__ float silu_slope(float x) {
    const float held = exponential_bounded(x), opposite = expf(-held), share = 1 / (1 + opposite);
    return share * (1 + held * (opposite * share));
}

template <int width> __device__ __forceinline__ void activate(mammo_cuda_activation kind, float (&values)[width]) {
    switch (kind) {
        case mammo_cuda_identity: break;
        case mammo_cuda_gelu:
#pragma unroll
            for (int k = 0; k < width; k++) values[k] = gelu_of(values[k]);
            break;
        case mammo_cuda_silu:
#pragma unroll
            for (int k = 0; k < width; k++) values[k] *= sigmoid_of(values[k]);
            break;
        case mammo_cuda_sigmoid:
#pragma unroll
            for (int k = 0; k < width; k++) values[k] = sigmoid_of(values[k]);
            break;
    }
}

/// Multiplies slopes by the function's at `values`.
template <int width>
__device__ __forceinline__ void multiply_by_slope(
    mammo_cuda_activation kind, const float (&values)[width], float (&slopes)[width]) {
    switch (kind) {
        case mammo_cuda_identity: break;
        case mammo_cuda_gelu:
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] *= gelu_slope(values[k]);
            break;
        case mammo_cuda_silu:
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] *= silu_slope(values[k]);
            break;
        case mammo_cuda_sigmoid:
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] *= sigmoid_slope(values[k]);
            break;
    }
}

}  // namespace mammo_cuda
