// Functions of each value, and their derivatives. Which one it is is the same for all threads of a launch.
#pragma once

#include "dispatch.cuh"

namespace mammo_cuda {

/// Φ(x), the share of the standard normal distribution below x.
__device__ __forceinline__ float normal_share(float x) { return 0.5f * (1 + erff(x * 0.70710678f)); }

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

/// What the sigmoid σ and SiLU are made of: σ(x), and exp(-x), for x from where on that is finite; below, the functions have
/// reached their limits. 1 - σ(x) is exp(-x) · σ(x), which loses nothing to cancellation.
struct sigmoid_parts {
    float x, opposite, share;

    __device__ __forceinline__ float sigmoid_slope() const { return share * (opposite * share); }
    __device__ __forceinline__ float silu_slope() const { return share * (1 + x * (opposite * share)); }
};

/// For results that are stored as `T`. In 16 bits the exponential and the reciprocal are one instruction each: the error, above all
/// by the rounding of the exponential's argument, is below 1e-5 of the value, and a quotient below 2^-126 is zero.
/// check_sigmoid.cpp goes over all numbers of 16 bits. In fp32 they are exact.
template <typename T> __device__ __forceinline__ float exponential_of_opposite(float x) {
    if constexpr (sizeof(T) == 4) return expf(-x);
    else return approximate_exp2(x * -1.44269504f);
}
template <typename T> __device__ __forceinline__ float reciprocal(float x) {
    if constexpr (sizeof(T) == 4) return 1 / x;
    else return approximate_reciprocal(x);
}
template <typename T> __device__ __forceinline__ float sigmoid_of(float x) {
    return reciprocal<T>(1 + exponential_of_opposite<T>(x));
}
/// NaN remains NaN.
template <typename T> __device__ __forceinline__ sigmoid_parts sigmoid_parts_of(float x) {
    const float held = x < -87 ? -87 : x, opposite = exponential_of_opposite<T>(held);
    return {held, opposite, reciprocal<T>(1 + opposite)};
}

/// body(tag of the function) for those that a network's maps have, for which there is code of their own, and with `any_activation`
/// for the others.
constexpr int any_activation = -1;
template <typename Body> mammo_cuda_status with_activation(mammo_cuda_activation kind, Body body) {
    switch (kind) {
        case mammo_cuda_identity: return body(width_tag<mammo_cuda_identity>());
        case mammo_cuda_silu: return body(width_tag<mammo_cuda_silu>());
        default: return body(width_tag<any_activation>());
    }
}
template <int known> __device__ __forceinline__ mammo_cuda_activation known_activation(mammo_cuda_activation kind) {
    return known == any_activation ? kind : static_cast<mammo_cuda_activation>(known);
}

/// For results that are stored as `T`.
template <typename T, int width>
__device__ __forceinline__ void activate(mammo_cuda_activation kind, float (&values)[width]) {
    switch (kind) {
        case mammo_cuda_identity: break;
        case mammo_cuda_gelu:
#pragma unroll
            for (int k = 0; k < width; k++) values[k] = normal_parts_of<T>(values[k]).gelu(values[k]);
            break;
        case mammo_cuda_silu:
#pragma unroll
            for (int k = 0; k < width; k++) values[k] *= sigmoid_of<T>(values[k]);
            break;
        case mammo_cuda_sigmoid:
#pragma unroll
            for (int k = 0; k < width; k++) values[k] = sigmoid_of<T>(values[k]);
            break;
    }
}

/// Multiplies slopes, which are stored as `T`, by the function's at `values`.
template <typename T, int width>
__device__ __forceinline__ void multiply_by_slope(
    mammo_cuda_activation kind, const float (&values)[width], float (&slopes)[width]) {
    switch (kind) {
        case mammo_cuda_identity: break;
        case mammo_cuda_gelu:
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] *= normal_parts_of<T>(values[k]).gelu_slope(values[k]);
            break;
        case mammo_cuda_silu:
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] *= sigmoid_parts_of<T>(values[k]).silu_slope();
            break;
        case mammo_cuda_sigmoid:
#pragma unroll
            for (int k = 0; k < width; k++) slopes[k] *= sigmoid_parts_of<T>(values[k]).sigmoid_slope();
            break;
    }
}

}  // namespace mammo_cuda
