// Values in storage and values to compute with: whatever is stored, sums are made of floats.
#pragma once

#include "platform.cuh"

#include <cstdint>
#include <cstring>

namespace mammo_cuda {

__device__ __forceinline__ float value_of(float stored) { return stored; }
__device__ __forceinline__ float value_of(__half stored) { return __half2float(stored); }
__device__ __forceinline__ float value_of(__nv_bfloat16 stored) { return __bfloat162float(stored); }

template <typename T> __device__ __forceinline__ T stored(float value);
template <> __device__ __forceinline__ float stored<float>(float value) { return value; }
template <> __device__ __forceinline__ __half stored<__half>(float value) { return __float2half_rn(value); }
template <> __device__ __forceinline__ __nv_bfloat16 stored<__nv_bfloat16>(float value) {
    return __float2bfloat16_rn(value);
}

/// A value as it is stored, in a register of its own: what is read ahead is not converted before it is wanted.
template <typename T> class unconverted {
    uint32_t bits = 0;

public:
    __device__ __forceinline__ void read(const T *at) {
        if constexpr (sizeof(T) == 4) bits = *reinterpret_cast<const uint32_t *>(at);
        else bits = *reinterpret_cast<const uint16_t *>(at);
    }
    __device__ __forceinline__ operator float() const {
        T value;
        memcpy(&value, &bits, sizeof value);
        return value_of(value);
    }
};

/// Values that are moved by one instruction, of 16 bytes at most.
template <typename T, int count> struct alignas(sizeof(T) * count) pack {
    T values[count];
};

template <typename T, int count> __device__ __forceinline__ void values_of(const pack<T, count> &stored, float *out) {
#pragma unroll
    for (int k = 0; k < count; k++) out[k] = value_of(stored.values[k]);
}

/// bf16 is the upper half of fp32: one operation takes each out of a pair.
template <int count>
__device__ __forceinline__ void values_of(const pack<__nv_bfloat16, count> &stored, float *out) {
    if constexpr (count % 2 == 0) {
#pragma unroll
        for (int k = 0; k < count; k += 2) {
            uint32_t pair;
            memcpy(&pair, &stored.values[k], sizeof pair);
            const uint32_t low = pair << 16, high = pair & 0xFFFF0000u;
            memcpy(&out[k], &low, sizeof low);
            memcpy(&out[k + 1], &high, sizeof high);
        }
    } else {
#pragma unroll
        for (int k = 0; k < count; k++) out[k] = value_of(stored.values[k]);
    }
}

/// Of `width` values, how many are moved at once.
template <typename T, int width>
constexpr int piece = sizeof(T) * width > 16 ? static_cast<int>(16 / sizeof(T)) : width;

/// `width` values from `at`, which is aligned to 16 bytes or to all of them.
template <int width, typename T> __device__ __forceinline__ void load(const T *at, float (&out)[width]) {
    constexpr int step = piece<T, width>;
#pragma unroll
    for (int i = 0; i < width; i += step) {
        const pack<T, step> read = *reinterpret_cast<const pack<T, step> *>(at + i);
        values_of(read, out + i);
    }
}

/// Of what no thread of the launch writes, so that it may be read once for many rows.
template <int width> __device__ __forceinline__ void load_unchanged(const float *at, float (&out)[width]) {
    if constexpr (width % 4 == 0) {
#pragma unroll
        for (int i = 0; i < width; i += 4) {
            const float4 read = __ldg(reinterpret_cast<const float4 *>(at + i));
            out[i] = read.x, out[i + 1] = read.y, out[i + 2] = read.z, out[i + 3] = read.w;
        }
    } else {
#pragma unroll
        for (int i = 0; i < width; i++) out[i] = __ldg(at + i);
    }
}

template <int width, typename T> __device__ __forceinline__ void store(T *at, const float (&in)[width]) {
    constexpr int step = piece<T, width>;
#pragma unroll
    for (int i = 0; i < width; i += step) {
        pack<T, step> written;
#pragma unroll
        for (int k = 0; k < step; k++) written.values[k] = stored<T>(in[i + k]);
        *reinterpret_cast<pack<T, step> *>(at + i) = written;
    }
}

}  // namespace mammo_cuda
