// Of n = (x - mean) · inverse and y = n · gamma + beta, with s = dy · gamma:
//     dx = inverse · (s - mean of s - n · mean of s · n), d gamma = sum over rows of dy · n, d beta = sum of dy
// A warp takes a row after the other, and keeps the sums of its lanes' channels in registers.
#include "columns.cuh"
#include "operations.h"
#include "reduce.cuh"

namespace mammo_cuda {

constexpr int norm_warps = 8;

/// `packs` of four channels to a lane at most. Partials are blocks × (gamma's, beta's) × channels.
template <int packs, typename In, typename Slope, typename Out>
__global__ void __launch_bounds__(32 * norm_warps) norm_gradient_in_registers(
    const In *in, const float *statistics, const float *gamma, const Slope *gradient, Out *out, float *partials,
    int64_t rows, int channels) {
    CUDA_DYN_SHARED(float, shared);  // 2 × channels
    const int first = threadIdx.x % 32 * 4, warp = threadIdx.x / 32;
    float gammas[packs][4] = {}, betas[packs][4] = {};
    const int64_t step = static_cast<int64_t>(gridDim.x) * norm_warps;
    for (int64_t row = static_cast<int64_t>(blockIdx.x) * norm_warps + warp; row < rows; row += step) {
        const float mean = statistics[row * 2], inverse = statistics[row * 2 + 1];
        float normals[packs][4] = {}, slopes[packs][4] = {};
        float sum = 0, products = 0;
#pragma unroll
        for (int p = 0; p < packs; p++) {
            const int c = first + p * 128;
            if (c >= channels) break;
            float scale[4];
            load(in + row * channels + c, normals[p]);
            load(gradient + row * channels + c, slopes[p]);
            load(gamma + c, scale);
#pragma unroll
            for (int k = 0; k < 4; k++) {
                normals[p][k] = (normals[p][k] - mean) * inverse;
                gammas[p][k] += slopes[p][k] * normals[p][k];
                betas[p][k] += slopes[p][k];
                slopes[p][k] *= scale[k];
                sum += slopes[p][k];
                products += slopes[p][k] * normals[p][k];
            }
        }
        sum = warp_sum(sum) / channels;
        products = warp_sum(products) / channels;
#pragma unroll
        for (int p = 0; p < packs; p++) {
            const int c = first + p * 128;
            if (c >= channels) break;
#pragma unroll
            for (int k = 0; k < 4; k++) slopes[p][k] = (slopes[p][k] - sum - normals[p][k] * products) * inverse;
            store(out + row * channels + c, slopes[p]);
        }
    }
    for (int turn = 0; turn < norm_warps; turn++) {
        if (turn == warp) {
#pragma unroll
            for (int p = 0; p < packs; p++) {
                const int c = first + p * 128;
                if (c >= channels) break;
#pragma unroll
                for (int k = 0; k < 4; k++) {
                    shared[c + k] = turn == 0 ? gammas[p][k] : shared[c + k] + gammas[p][k];
                    shared[channels + c + k] = turn == 0 ? betas[p][k] : shared[channels + c + k] + betas[p][k];
                }
            }
        }
        __syncthreads();
    }
    for (int c = threadIdx.x; c < 2 * channels; c += 32 * norm_warps) {
        partials[static_cast<int64_t>(blockIdx.x) * 2 * channels + c] = shared[c];
    }
}

/// For every number of channels, the gradient of the input alone. `out` may be `gradient`.
template <typename In, typename Slope, typename Out>
__global__ void __launch_bounds__(32 * norm_warps) norm_gradient_of_any_row(
    const In *in, const float *statistics, const float *gamma, const Slope *gradient, Out *out, int64_t rows,
    int channels) {
    const int64_t row = static_cast<int64_t>(blockIdx.x) * norm_warps + threadIdx.x / 32;
    if (row >= rows) return;
    const float mean = statistics[row * 2], inverse = statistics[row * 2 + 1];
    const int64_t base = row * channels;
    float sum = 0, products = 0;
    for (int c = threadIdx.x % 32; c < channels; c += 32) {
        const float slope = value_of(gradient[base + c]) * gamma[c];
        sum += slope;
        products += slope * (value_of(in[base + c]) - mean) * inverse;
    }
    sum = warp_sum(sum) / channels;
    products = warp_sum(products) / channels;
    for (int c = threadIdx.x % 32; c < channels; c += 32) {
        const float normal = (value_of(in[base + c]) - mean) * inverse;
        const float slope = value_of(gradient[base + c]) * gamma[c];
        out[base + c] = stored<Out>((slope - sum - normal * products) * inverse);
    }
}

template <typename In, typename Slope> struct norm_parameters {
    const In *in;
    const float *statistics;
    const Slope *gradient;
    int channels;

    __device__ void operator()(int, int64_t row, int channel, float (&sums)[2][1]) const {
        const float slope = value_of(gradient[row * channels + channel]);
        sums[0][0] += slope * (value_of(in[row * channels + channel]) - statistics[row * 2]) * statistics[row * 2 + 1];
        sums[1][0] += slope;
    }
};

status layer_norm_gradient(
    context *context, const void *in, type in_type, const float *statistics, const float *gamma, const void *gradient,
    type gradient_type, void *input_gradient, type input_gradient_type, float *gamma_gradient, float *beta_gradient,
    int64_t rows, int channels) {
    if (rows == 0) return mammo_cuda_ok;
    const char *name = "gradient of LayerNorm";
    return with_types(in_type, gradient_type, input_gradient_type, [&](auto in_tag, auto slope_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Slope = typename decltype(slope_tag)::type;
        using Out = typename decltype(out_tag)::type;
        const In *from = static_cast<const In *>(in);
        const Slope *slopes = static_cast<const Slope *>(gradient);
        Out *to = static_cast<Out *>(input_gradient);
        const auto any_row = [&] {
            // The parameters first: the input's gradient may take the place of what they are made of.
            const norm_parameters<In, Slope> body = {from, statistics, slopes, channels};
            TRY((launch_columns<2, 1>(context, name, 1, rows, channels, body, gamma_gradient, beta_gradient)));
            const dim3 grid(static_cast<unsigned>(divide_up(rows, norm_warps)));
            KLAUNCH(
                (norm_gradient_of_any_row<In, Slope, Out>), grid, dim3(32 * norm_warps), 0, context->compute(), from,
                statistics, gamma, slopes, to, rows, channels);
            return launched(name);
        };
        const auto in_registers = [&](auto kernel) {
            const int blocks = static_cast<int>(std::min<int64_t>(divide_up(rows, norm_warps * 8), 512));
            float *partials;
            TRY(scratch(context, static_cast<int64_t>(blocks) * 2 * channels, &partials));
            KLAUNCH(
                kernel, dim3(blocks), dim3(32 * norm_warps), 2 * channels * sizeof(float), context->compute(), from,
                statistics, gamma, slopes, to, partials, rows, channels);
            TRY(launched(name));
            return sum_partials(
                context, partials, 1, blocks, 2 * channels, {gamma_gradient, beta_gradient, channels}, 1, true);
        };
        return with_width<float>(channels, {in, gamma, gradient, input_gradient}, [&](auto wide) {
            if (decltype(wide)::value == 1 || channels > 768) return any_row();
            if (channels <= 384) return in_registers(norm_gradient_in_registers<3, In, Slope, Out>);
            return in_registers(norm_gradient_in_registers<6, In, Slope, Out>);
        });
    });
}

}  // namespace mammo_cuda
