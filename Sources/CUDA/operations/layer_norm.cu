// A warp takes a row. Where the row fits into its registers it is read once; the variance is of the differences from the
// mean, since a difference of squares would be lost far from zero.
#include "operations.h"
#include "reduce.cuh"
#include "rows.cuh"

namespace mammo_cuda {

constexpr int norm_warps = 8;

/// The least number of blocks that share a multiprocessor. Without it CUDA 11.8 aims for one block more, and spills.
template <int packs> constexpr int norm_blocks = packs < 12 ? 4 : 3;

/// `packs` of four channels to a lane at most. The statistics are written before the values: they need no registers then.
template <int packs, typename In, typename Out>
__global__ void __launch_bounds__(32 * norm_warps, norm_blocks<packs>) norm_in_registers(
    const In *in, const float *gamma, const float *beta, float epsilon, Out *out, float *statistics, int64_t rows,
    int channels) {
    const int64_t row = static_cast<int64_t>(blockIdx.x) * norm_warps + threadIdx.x / 32;
    if (row >= rows) return;  // a whole warp
    const int first = threadIdx.x % 32 * 4;
    float values[packs][4] = {};
    float sum = 0;
#pragma unroll
    for (int p = 0; p < packs; p++) {
        const int c = first + p * 128;
        if (c < channels) load(in + row * channels + c, values[p]);
#pragma unroll
        for (int k = 0; k < 4; k++) sum += values[p][k];
    }
    const float mean = warp_sum(sum) / channels;
    float squares = 0;
#pragma unroll
    for (int p = 0; p < packs; p++) {
#pragma unroll
        for (int k = 0; k < 4; k++) {
            values[p][k] -= mean;
            if (first + p * 128 < channels) squares += values[p][k] * values[p][k];
        }
    }
    const float inverse = 1 / sqrtf(warp_sum(squares) / channels + epsilon);
    if (statistics && threadIdx.x % 32 == 0) {
        statistics[row * 2] = mean;
        statistics[row * 2 + 1] = inverse;
    }
#pragma unroll
    for (int p = 0; p < packs; p++) {
        const int c = first + p * 128;
        if (c >= channels) break;
        float scale[4], shift[4];
        load(gamma + c, scale);
        load(beta + c, shift);
#pragma unroll
        for (int k = 0; k < 4; k++) values[p][k] = values[p][k] * inverse * scale[k] + shift[k];
        store(out + row * channels + c, values[p]);
    }
}

/// For every number of channels, by reading the row three times.
template <typename In, typename Out>
__global__ void __launch_bounds__(32 * norm_warps) norm_of_any_row(
    const In *in, const float *gamma, const float *beta, float epsilon, Out *out, float *statistics, int64_t rows,
    int channels) {
    const int64_t row = static_cast<int64_t>(blockIdx.x) * norm_warps + threadIdx.x / 32;
    if (row >= rows) return;
    const In *from = in + row * channels;
    const int lane = threadIdx.x % 32;
    float sum = 0, squares = 0;
    for (int c = lane; c < channels; c += 32) sum += value_of(from[c]);
    const float mean = warp_sum(sum) / channels;
    for (int c = lane; c < channels; c += 32) {
        const float difference = value_of(from[c]) - mean;
        squares += difference * difference;
    }
    const float inverse = 1 / sqrtf(warp_sum(squares) / channels + epsilon);
    for (int c = lane; c < channels; c += 32) {
        out[row * channels + c] = stored<Out>((value_of(from[c]) - mean) * inverse * gamma[c] + beta[c]);
    }
    if (statistics && lane == 0) {
        statistics[row * 2] = mean;
        statistics[row * 2 + 1] = inverse;
    }
}

status layer_norm(
    context *context, const void *in, type in_type, const float *gamma, const float *beta, float epsilon, void *out,
    type out_type, float *statistics, int64_t rows, int channels) {
    if (rows == 0) return mammo_cuda_ok;
    return with_types(in_type, out_type, [&](auto in_tag, auto out_tag) {
        using In = typename decltype(in_tag)::type;
        using Out = typename decltype(out_tag)::type;
        return with_width<float>(channels, {in, out, gamma, beta}, [&](auto wide) {
            const auto launch = [&](auto kernel) {
                const dim3 grid(static_cast<unsigned>(divide_up(rows, norm_warps)));
                KLAUNCH(
                    kernel, grid, dim3(32 * norm_warps), 0, context->compute(), static_cast<const In *>(in), gamma, beta,
                    epsilon, static_cast<Out *>(out), statistics, rows, channels);
                return launched("LayerNorm");
            };
            if (decltype(wide)::value == 1 || channels > 1536) return launch(norm_of_any_row<In, Out>);
            if (channels <= 384) return launch(norm_in_registers<3, In, Out>);
            if (channels <= 768) return launch(norm_in_registers<6, In, Out>);
            return launch(norm_in_registers<12, In, Out>);
        });
    });
}

}  // namespace mammo_cuda
