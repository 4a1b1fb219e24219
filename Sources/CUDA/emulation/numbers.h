// CUDA's small types of numbers, rounded to nearest, ties to even, as a card does.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

using std::isfinite;

struct __half {
    _Float16 value;
};

inline float __half2float(__half number) { return static_cast<float>(number.value); }
inline __half __float2half_rn(float number) { return {static_cast<_Float16>(number)}; }

struct __nv_bfloat16 {
    uint16_t bits;
};

inline float __bfloat162float(__nv_bfloat16 number) {
    const uint32_t bits = static_cast<uint32_t>(number.bits) << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

inline __nv_bfloat16 __float2bfloat16_rn(float number) {
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    if (number != number) return {0x7FFF};
    return {static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)};
}

struct alignas(16) float4 {
    float x, y, z, w;
};

template <typename T> T __ldg(const T *at) { return *at; }

inline float rsqrtf(float number) { return 1 / std::sqrt(number); }

/// A product and a sum that do not become one operation with one rounding.
template <typename T> T rounded_product(T a, T b) {
    const volatile T product = a * b;
    return product;
}
template <typename T> T rounded_sum(T a, T b) {
    const volatile T sum = a + b;
    return sum;
}
inline float __fmul_rn(float a, float b) { return rounded_product(a, b); }
inline float __fadd_rn(float a, float b) { return rounded_sum(a, b); }
inline double __dmul_rn(double a, double b) { return rounded_product(a, b); }
inline double __dadd_rn(double a, double b) { return rounded_sum(a, b); }
