// What a fused product makes of a convolution's sums: bias, activation and residual.
#pragma once

#include "activation.cuh"
#include "fused_product.cuh"

namespace mammo_cuda {

/// Scale, shift, activation and residual, stored as `Out`, and as `Copy` too where a copy is asked for.
template <typename Out, typename Copy> struct fused_affine {
    static constexpr bool adds = false;
    mammo_cuda_affine of;

    struct of_channels {
        float scale[fused_pack], shift[fused_pack];
        __device__ of_channels(const fused_affine &whole, int channel) {
            const mammo_cuda_affine &of = whole.of;
#pragma unroll
            for (int k = 0; k < fused_pack; k++) scale[k] = 1, shift[k] = 0;
            if (of.scale) load_unchanged(of.scale + channel, scale);
            if (of.shift) load_unchanged(of.shift + channel, shift);
#pragma unroll
            for (int k = 0; k < fused_pack; k++) shift[k] *= of.shift_factor;
        }
    };
    struct of_row {
        float residual[fused_pack];
    };
    __device__ void read(int64_t row, int channel, of_row &out) const {
        if (of.residual) load(of.residual + row * of.shape.channels + channel, out.residual);
    }

    __device__ void operator()(
        int64_t row, int channel, const of_channels &constants, const of_row &read, float (&values)[fused_pack],
        float (&)[fused_pack]) const {
#pragma unroll
        for (int k = 0; k < fused_pack; k++) values[k] = values[k] * constants.scale[k] + constants.shift[k];
        activate<Out>(of.activation, values);
        if (of.residual) {
#pragma unroll
            for (int k = 0; k < fused_pack; k++) values[k] += read.residual[k];
        }
        const int64_t place = row * of.shape.channels + channel;
        store(static_cast<Out *>(of.out) + place, values);
        if constexpr (!std::is_same_v<Out, Copy>) {
            if (of.copy) store(static_cast<Copy *>(of.copy) + place, values);
        }
    }
};

/// A bias alone, for sums in fp32: they are in registers while the first part of them is finished, and leave no room for more.
struct fused_bias : reads_no_row {
    using of_channels = bias_of_channels;
    static constexpr bool adds = false;
    const float *bias;
    float factor;
    float *out;
    int channels;

    __device__ void operator()(
        int64_t row, int channel, const of_channels &constants, const of_row &, float (&values)[fused_pack],
        float (&)[fused_pack]) const {
#pragma unroll
        for (int k = 0; k < fused_pack; k++) values[k] += factor * constants.shift[k];
        store(out + row * channels + channel, values);
    }
};

/// Whether the fused kernel finishes it: see `fused_affine` and `fused_bias`.
inline bool is_finished(const mammo_cuda_product &p, const mammo_cuda_affine &of) {
    if (p.out || of.for_each_image || of.factors) return false;
    if (of.copy && !(p.out_type == p.type && of.out_type == mammo_cuda_fp32 && of.copy_type == p.type)) return false;
    if (p.out_type == p.type) return of.out_type == p.type || of.out_type == mammo_cuda_fp32;
    return of.out_type == mammo_cuda_fp32 && of.shift && !of.scale && !of.residual && of.activation == mammo_cuda_identity;
}

/// body(tag of the operands' type, tag of the sums' type, finish) for what `is_finished`.
template <typename Body>
mammo_cuda_status with_finish(const mammo_cuda_product &p, const mammo_cuda_affine &of, Body body) {
    return with_halves(p.type, [&](auto tag) {
        using T = typename decltype(tag)::type;
        if (p.out_type == mammo_cuda_fp32) {
            const fused_bias finish = {{}, of.shift, of.shift_factor, static_cast<float *>(of.out), of.shape.channels};
            return body(tag, type_tag<float>(), finish);
        }
        if (of.out_type == mammo_cuda_fp32) return body(tag, tag, fused_affine<float, T>{of});
        return body(tag, tag, fused_affine<T, T>{of});
    });
}

}  // namespace mammo_cuda
