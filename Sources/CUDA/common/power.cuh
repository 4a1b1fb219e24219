// x^p for x > 0, as 2^(p log2 x). With x = 2^e m, m from √½ to √2, log2 m is an odd series of (m - 1) / (m + 1), and e times the
// leading 12 bits of p is exact: what is rounded is of the size of p log2 m. The CPU's kernel
// (Sources/CKernels/compute/templates/pool.h) goes by the same series.
#pragma once

#include "platform.cuh"

#include <cstdint>
#include <cstring>

namespace mammo_cuda {

__device__ __forceinline__ uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

__device__ __forceinline__ float value_of_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// An exponent, its leading bits and the rest.
struct power_exponent {
    float whole, leading, rest;

    __device__ explicit power_exponent(float exponent)
        : whole(exponent), leading(value_of_bits(bits_of(exponent) & ~0xFFFu)), rest(exponent - leading) {}
};

/// log2 x for normal x > 0, in two parts: an integer and a number from -1/2 to 1/2.
struct binary_logarithm {
    float integer, rest;

    __device__ explicit binary_logarithm(float x) {
        const uint32_t bits = bits_of(x);
        const int exponent = static_cast<int>(bits - 0x3F3504F3u) >> 23;
        const float m = value_of_bits(bits - (static_cast<uint32_t>(exponent) << 23));
        const float s = (m - 1) / (m + 1), square = s * s;
        float sum = 0.320598898f;
        sum = sum * square + 0.412198583f;
        sum = sum * square + 0.577078016f;
        sum = sum * square + 0.961796694f;
        sum = sum * square + 2.88539008f;
        integer = static_cast<float>(exponent), rest = sum * s;
    }

    __device__ float natural() const { return (integer + rest) * 0.693147181f; }
};

/// x^p from log2 x, held within 2^±126.
__device__ __forceinline__ float power_of(const binary_logarithm &x, const power_exponent &p) {
    const float edge = 126, rounding = 0x1.8p23f + 127;
    const float exact = x.integer * p.leading, rest = x.integer * p.rest + x.rest * p.whole;
    const float sum = exact + rest;
    const float above = sum > edge ? edge : sum, held = above < -edge ? -edge : above;
    const float shifted = held + rounding, n = shifted - rounding;
    const float r = (sum == held ? (exact - n) + rest : held - n) * 0.693147181f;
    float polynomial = 0.0013814465f;
    polynomial = polynomial * r + 0.008368781f;
    polynomial = polynomial * r + 0.04166839f;
    polynomial = polynomial * r + 0.1666652f;
    polynomial = polynomial * r + 0.49999994f;
    return (polynomial * (r * r) + r + 1) * value_of_bits(bits_of(shifted) << 23);
}

}  // namespace mammo_cuda
