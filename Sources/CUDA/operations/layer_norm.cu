// A group of lanes takes a row. Where the row fits into their registers it is read once; the variance is of the differences from
// the mean, since a difference of squares would be lost far from zero.
#include "norm.cuh"
#include "operations.h"

namespace mammo_cuda {

/// The least number of blocks that share a multiprocessor. Without it CUDA 11.8 aims for one block more, and spills.
template <int values> constexpr int norm_blocks = values < 48 ? 4 : 3;

/// The statistics are written before the values: they need no registers then.
template <typename Row, typename In, typename Out>
__global__ void __launch_bounds__(32 * norm_warps, norm_blocks<Row::packs * Row::width>) norm_in_registers(
    const In *in, const float *gamma, const float *beta, float epsilon, Out *out, float *statistics, int64_t rows,
    int channels) {
    constexpr int packs = Row::packs, width = Row::width;
    const Row at;
    const int64_t row = static_cast<int64_t>(blockIdx.x) * Row::rows_of_block + at.line;
    // All lanes of a warp come to the sums: those beyond the last row have none of its channels.
    const int first = row < rows ? at.first : channels;
    float values[packs][width] = {};
    float sum = 0;
#pragma unroll
    for (int p = 0; p < packs; p++) {
        const int c = first + p * Row::step;
        if (c < channels) load(in + row * channels + c, values[p]);
#pragma unroll
        for (int k = 0; k < width; k++) sum += values[p][k];
    }
    const float share = 1.0f / channels, mean = lanes_sum<Row::lanes>(sum) * share;
    float squares = 0;
#pragma unroll
    for (int p = 0; p < packs; p++) {
        if (first + p * Row::step >= channels) break;
#pragma unroll
        for (int k = 0; k < width; k++) {
            values[p][k] -= mean;
            squares += values[p][k] * values[p][k];
        }
    }
    const float inverse = rsqrtf(lanes_sum<Row::lanes>(squares) * share + epsilon);
    if (statistics && first == 0) {
        statistics[row * 2] = mean;
        statistics[row * 2 + 1] = inverse;
    }
#pragma unroll
    for (int p = 0; p < packs; p++) {
        const int c = first + p * Row::step;
        if (c >= channels) break;
        float scale[width], shift[width];
        load_unchanged(gamma + c, scale);
        load_unchanged(beta + c, shift);
#pragma unroll
        for (int k = 0; k < width; k++) values[p][k] = values[p][k] * inverse * scale[k] + shift[k];
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
        return with_width<In, Out>(channels, {in, out, gamma, beta}, [&](auto wide) {
            constexpr int width = decltype(wide)::value;
            const auto launch = [&](auto kernel, int rows_of_block) {
                const dim3 grid(static_cast<unsigned>(divide_up(rows, rows_of_block)));
                KLAUNCH(
                    kernel, grid, dim3(32 * norm_warps), 0, context->compute(), static_cast<const In *>(in), gamma, beta,
                    epsilon, static_cast<Out *>(out), statistics, rows, channels);
                return launched("LayerNorm");
            };
            if constexpr (width > 1) {
                if (channels <= 1536) {
                    return with_norm_row<width, 48>(channels, [&](auto tag) {
                        using Row = typename decltype(tag)::type;
                        return launch(norm_in_registers<Row, In, Out>, Row::rows_of_block);
                    });
                }
            }
            return launch(norm_of_any_row<In, Out>, norm_warps);
        });
    });
}

}  // namespace mammo_cuda
