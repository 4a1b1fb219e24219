// From values known at run time to kernels: types and widths are template parameters, and this is where they are chosen.
#pragma once

#include "context.cuh"
#include "types.cuh"

#include <initializer_list>
#include <type_traits>

namespace mammo_cuda {

template <typename T> struct type_tag {
    using type = T;
};
template <int width> using width_tag = std::integral_constant<int, width>;

template <typename Body> mammo_cuda_status with_type(mammo_cuda_type type, Body body) {
    switch (type) {
        case mammo_cuda_fp32: return body(type_tag<float>());
        case mammo_cuda_fp16: return body(type_tag<__half>());
        case mammo_cuda_bf16: return body(type_tag<__nv_bfloat16>());
    }
    return fail(mammo_cuda_failed, "no type of values has the number %d", static_cast<int>(type));
}

/// Two types of which no two are different halves: fp16 and bf16 do not meet in an operation.
template <typename Body> mammo_cuda_status with_types(mammo_cuda_type one, mammo_cuda_type other, Body body) {
    return with_type(one, [&](auto first) {
        return with_type(other, [&](auto second) {
            using First = typename decltype(first)::type;
            using Second = typename decltype(second)::type;
            if constexpr (sizeof(First) == 4 || sizeof(Second) == 4 || std::is_same_v<First, Second>) {
                return body(first, second);
            } else {
                return fail(mammo_cuda_failed, "fp16 and bf16 do not go together in one operation");
            }
        });
    });
}

/// Three of them.
template <typename Body>
mammo_cuda_status with_types(mammo_cuda_type one, mammo_cuda_type two, mammo_cuda_type three, Body body) {
    return with_types(one, two, [&](auto first, auto second) {
        return with_types(sizeof(typename decltype(first)::type) == 4 ? two : one, three, [&](auto half, auto third) {
            using First = typename decltype(first)::type;
            using Second = typename decltype(second)::type;
            using Half = std::conditional_t<sizeof(First) == 4, Second, First>;
            if constexpr (std::is_same_v<typename decltype(half)::type, Half>) {
                return body(first, second, third);
            } else {
                return mammo_cuda_failed;  // `half` is `Half` by the argument above
            }
        });
    });
}

/// The number of channels that a thread takes at once: what fills 16 bytes of the largest of the types, or 1 where rows of
/// channels do not begin at multiples of that.
template <typename... Types, typename Body>
mammo_cuda_status with_width(int channels, std::initializer_list<const void *> pointers, Body body) {
    constexpr size_t largest = [] {
        size_t size = 0;
        for (size_t each : {sizeof(Types)...}) size = each > size ? each : size;
        return size;
    }();
    constexpr int width = 16 / largest;
    bool aligned = channels % width == 0;
    for (const void *pointer : pointers) aligned &= reinterpret_cast<uintptr_t>(pointer) % 16 == 0;
    return aligned ? body(width_tag<width>()) : body(width_tag<1>());
}

}  // namespace mammo_cuda
