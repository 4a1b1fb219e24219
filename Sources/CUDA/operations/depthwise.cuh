// What the depthwise kernels have in common: a block has 16 channels, for each of which a half of a warp has a lane. No lane is
// idle where channels are divisible by 16.
#pragma once

#include "operations.h"
#include "rows.cuh"

namespace mammo_cuda {

constexpr int tile_channels = 16;

/// The shape of a convolution's output; the input's has the same images and channels.
inline shape convolved_shape(shape in, int stride) {
    in.rows = static_cast<int>(divide_up(in.rows, stride));
    in.columns = static_cast<int>(divide_up(in.columns, stride));
    return in;
}

/// Whether positions begin at multiples of 16 bytes.
template <typename T> inline bool is_wide(int channels, const void *pointer) {
    return channels % (16 / sizeof(T)) == 0 && reinterpret_cast<uintptr_t>(pointer) % 16 == 0;
}

/// Refuses a convolution that there is no code for.
inline mammo_cuda_status no_such_convolution(int kernel, int stride) {
    return fail(
        mammo_cuda_unsupported,
        "a depthwise convolution of %dx%d with a stride of %d, expected 3x3 or 5x5 with one of 1 or 2, or 7x7 with one of 1",
        kernel, kernel, stride);
}

/// body(tag of the kernel's side, tag of the stride) for the convolutions that there are.
template <typename Body> mammo_cuda_status with_kernel(int kernel, int stride, Body body) {
    const auto with_stride = [&](auto side) {
        if (stride == 1) return body(side, width_tag<1>());
        if (stride == 2) return body(side, width_tag<2>());
        return no_such_convolution(kernel, stride);
    };
    switch (kernel) {
        case 3: return with_stride(width_tag<3>());
        case 5: return with_stride(width_tag<5>());
        case 7:
            if (stride == 1) return body(width_tag<7>(), width_tag<1>());
    }
    return no_such_convolution(kernel, stride);
}

}  // namespace mammo_cuda
