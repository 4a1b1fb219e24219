// Of n = (x - mean) · inverse and y = n · gamma + beta, with s = dy · gamma:
//     dx = inverse · (s - mean of s - n · mean of s · n), d gamma = sum over rows of dy · n, d beta = sum of dy
// A group of lanes takes a row after the other, and keeps the sums of its lanes' channels in registers.
#include "columns.cuh"
#include "norm.cuh"
#include "operations.h"
#include "waves.cuh"

namespace mammo_cuda {

template <typename In, typename Slope, typename Out> struct norm_gradient_call {
    const In *in;
    const float *statistics, *gamma, *beta;
    const Slope *gradient;
    Out *out;
    /// Null: the normalised rows are not wanted.
    In *normal;
    int64_t rows;
    int channels;
};

/// The least number of blocks that share a multiprocessor. Without it the compiler aims for one block more, and spills.
template <int packs> constexpr int norm_gradient_blocks = packs <= 3 ? 2 : 1;

/// Partials are blocks × (gamma's, beta's) × channels.
template <typename Row, typename In, typename Slope, typename Out>
__global__ void __launch_bounds__(32 * norm_warps, norm_gradient_blocks<Row::packs>) norm_gradient_in_registers(
    norm_gradient_call<In, Slope, Out> call, float *partials) {
    CUDA_DYN_SHARED(float, shared);  // 2 × channels
    constexpr int packs = Row::packs, width = Row::width;
    const Row at;
    const int channels = call.channels, warp = threadIdx.x / 32;
    const float share = 1.0f / channels;
    float gammas[packs][width] = {}, betas[packs][width] = {};
    const int64_t step = static_cast<int64_t>(gridDim.x) * Row::rows_of_block;
    const int64_t begin = static_cast<int64_t>(blockIdx.x) * Row::rows_of_block;
    // All lanes of a warp come to the sums of its rows: those beyond the last row have none of its channels.
    for (int64_t row = begin + at.line; row - at.line % Row::rows_of_warp < call.rows; row += step) {
        const int first = row < call.rows ? at.first : channels;
        const float mean = first < channels ? call.statistics[row * 2] : 0;
        const float inverse = first < channels ? call.statistics[row * 2 + 1] : 0;
        float normals[packs][width] = {}, slopes[packs][width] = {};
        float sum = 0, products = 0;
#pragma unroll
        for (int p = 0; p < packs; p++) {
            const int c = first + p * Row::step;
            if (c >= channels) break;
            load(call.in + row * channels + c, normals[p]);
            load(call.gradient + row * channels + c, slopes[p]);
        }
#pragma unroll
        for (int p = 0; p < packs; p++) {
            const int c = first + p * Row::step;
            if (c >= channels) break;
            float scale[width];
            load_unchanged(call.gamma + c, scale);
#pragma unroll
            for (int k = 0; k < width; k++) {
                normals[p][k] = (normals[p][k] - mean) * inverse;
                gammas[p][k] += slopes[p][k] * normals[p][k];
                betas[p][k] += slopes[p][k];
                slopes[p][k] *= scale[k];
                sum += slopes[p][k];
                products += slopes[p][k] * normals[p][k];
            }
            if (call.normal) {
                float values[width];
                load_unchanged(call.beta + c, values);
#pragma unroll
                for (int k = 0; k < width; k++) values[k] += normals[p][k] * scale[k];
                store(call.normal + row * channels + c, values);
            }
        }
        sum = lanes_sum<Row::lanes>(sum) * share;
        products = lanes_sum<Row::lanes>(products) * share;
#pragma unroll
        for (int p = 0; p < packs; p++) {
            const int c = first + p * Row::step;
            if (c >= channels) break;
#pragma unroll
            for (int k = 0; k < width; k++) slopes[p][k] = (slopes[p][k] - sum - normals[p][k] * products) * inverse;
            store(call.out + row * channels + c, slopes[p]);
        }
    }
#pragma unroll
    for (int p = 0; p < packs; p++) {
#pragma unroll
        for (int k = 0; k < width; k++) {
            gammas[p][k] = sum_over_groups<Row::lanes>(gammas[p][k]);
            betas[p][k] = sum_over_groups<Row::lanes>(betas[p][k]);
        }
    }
    for (int turn = 0; turn < norm_warps; turn++) {
        if (turn == warp && static_cast<int>(threadIdx.x % 32) < Row::lanes) {
#pragma unroll
            for (int p = 0; p < packs; p++) {
                const int c = at.first + p * Row::step;
                if (c >= channels) break;
#pragma unroll
                for (int k = 0; k < width; k++) {
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

/// For every number of channels, the gradient of the input and the normalised rows. `out` may be `gradient`.
template <typename In, typename Slope, typename Out>
__global__ void __launch_bounds__(32 * norm_warps) norm_gradient_of_any_row(norm_gradient_call<In, Slope, Out> call) {
    const int64_t row = static_cast<int64_t>(blockIdx.x) * norm_warps + threadIdx.x / 32;
    if (row >= call.rows) return;
    const int channels = call.channels;
    const float mean = call.statistics[row * 2], inverse = call.statistics[row * 2 + 1];
    const int64_t base = row * channels;
    float sum = 0, products = 0;
    for (int c = threadIdx.x % 32; c < channels; c += 32) {
        const float slope = value_of(call.gradient[base + c]) * call.gamma[c];
        sum += slope;
        products += slope * (value_of(call.in[base + c]) - mean) * inverse;
    }
    sum = warp_sum(sum) / channels;
    products = warp_sum(products) / channels;
    for (int c = threadIdx.x % 32; c < channels; c += 32) {
        const float normal = (value_of(call.in[base + c]) - mean) * inverse;
        const float slope = value_of(call.gradient[base + c]) * call.gamma[c];
        call.out[base + c] = stored<Out>((slope - sum - normal * products) * inverse);
        if (call.normal) call.normal[base + c] = stored<In>(normal * call.gamma[c] + call.beta[c]);
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
    context *context, const void *in, type in_type, const float *statistics, const float *gamma, const float *beta,
    const void *gradient, type gradient_type, void *input_gradient, type input_gradient_type, void *normal,
    float *gamma_gradient, float *beta_gradient, int64_t rows, int channels) {
    if (rows == 0) return mammo_cuda_ok;
    const char *name = "gradient of LayerNorm";
    return with_types(in_type, gradient_type, input_gradient_type, [&](auto in_tag, auto slope_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Slope = typename decltype(slope_tag)::type;
        using Out = typename decltype(out_tag)::type;
        const norm_gradient_call<In, Slope, Out> call = {
            static_cast<const In *>(in), statistics, gamma, beta, static_cast<const Slope *>(gradient),
            static_cast<Out *>(input_gradient), static_cast<In *>(normal), rows, channels};
        const auto any_row = [&] {
            // The parameters first: the input's gradient may take the place of what they are made of.
            const norm_parameters<In, Slope> body = {call.in, statistics, call.gradient, channels};
            TRY((launch_columns<2, 1>(context, name, 1, rows, channels, body, gamma_gradient, beta_gradient)));
            const dim3 grid(static_cast<unsigned>(divide_up(rows, norm_warps)));
            KLAUNCH(
                (norm_gradient_of_any_row<In, Slope, Out>), grid, dim3(32 * norm_warps), 0, context->compute(), call);
            return launched(name);
        };
        return with_width<float>(channels, {in, gamma, beta, gradient, input_gradient, normal}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            if constexpr (width > 1) {
                if (channels <= 768) {
                    return with_norm_row<width, 24>(channels, [&](auto tag) {
                        using Row = typename decltype(tag)::type;
                        const auto kernel = norm_gradient_in_registers<Row, In, Slope, Out>;
                        const size_t shared = 2 * channels * sizeof(float);
                        int blocks;
                        TRY(wave_of(context, kernel, 32 * norm_warps, shared, &blocks));
                        blocks = static_cast<int>(std::min<int64_t>(divide_up(rows, Row::rows_of_block * 8), blocks));
                        float *partials;
                        TRY(scratch(context, static_cast<int64_t>(blocks) * 2 * channels, &partials));
                        KLAUNCH(kernel, dim3(blocks), dim3(32 * norm_warps), shared, context->compute(), call, partials);
                        TRY(launched(name));
                        return sum_partials(
                            context, partials, 1, blocks, 2 * channels, {gamma_gradient, beta_gradient, channels}, 1,
                            true);
                    });
                }
            }
            return any_row();
        });
    });
}

}  // namespace mammo_cuda
