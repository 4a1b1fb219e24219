// All gradients at once: cleared, divided by the loss scale, and the sum of their squares.
#include "operations.h"
#include "reduce.cuh"
#include "segments.cuh"

namespace mammo_cuda {

__global__ void __launch_bounds__(chunk_threads) clear_chunks(segment_table table) {
    over_chunk(table, blockIdx.x, [](const mammo_cuda_segment &s, int64_t i) { s.gradient[i] = 0; });
}

status clear_gradients(context *context, const segment *segments, int count) {
    segment_table table;
    TRY(upload_segments(context, segments, count, &table));
    if (table.chunks == 0) return mammo_cuda_ok;
    KLAUNCH(
        clear_chunks, dim3(static_cast<unsigned>(table.chunks)), dim3(chunk_threads), 0, context->compute(), table);
    return launched("clearing of gradients");
}

/// Whoever finds one writes the same 1, in whatever order.
__global__ void __launch_bounds__(chunk_threads) unscale_chunks(segment_table table, float factor, int32_t *found) {
    over_chunk(table, blockIdx.x, [&](const mammo_cuda_segment &s, int64_t i) {
        const float gradient = s.gradient[i];
        if (!isfinite(gradient)) *found = 1;
        s.gradient[i] = gradient * factor;
    });
}

status unscale(context *context, const segment *segments, int count, float factor, int32_t *found) {
    segment_table table;
    TRY(upload_segments(context, segments, count, &table));
    if (table.chunks == 0) return mammo_cuda_ok;
    KLAUNCH(
        unscale_chunks, dim3(static_cast<unsigned>(table.chunks)), dim3(chunk_threads), 0, context->compute(), table,
        factor, found);
    return launched("unscaling of gradients");
}

__global__ void __launch_bounds__(chunk_threads) square_chunks(segment_table table) {
    CUDA_SHARED(double, shared, chunk_threads / 32);
    double sum = 0;
    over_chunk(table, blockIdx.x, [&](const mammo_cuda_segment &s, int64_t i) {
        sum += static_cast<double>(s.gradient[i]) * s.gradient[i];
    });
    sum = block_sum(sum, shared);
    if (threadIdx.x == 0) table.sums[blockIdx.x] = sum;
}

__global__ void __launch_bounds__(chunk_threads) sum_of_chunks(segment_table table, double *out) {
    CUDA_SHARED(double, shared, chunk_threads / 32);
    double sum = 0;
    for (int64_t chunk = threadIdx.x; chunk < table.chunks; chunk += chunk_threads) sum += table.sums[chunk];
    sum = block_sum(sum, shared);
    if (threadIdx.x == 0) *out = sum;
}

status squares(context *context, const segment *segments, int count, double *out) {
    segment_table table;
    TRY(upload_segments(context, segments, count, &table));
    if (table.chunks > 0) {
        KLAUNCH(
            square_chunks, dim3(static_cast<unsigned>(table.chunks)), dim3(chunk_threads), 0, context->compute(),
            table);
        TRY(launched("squares of gradients"));
    }
    KLAUNCH(sum_of_chunks, dim3(1), dim3(chunk_threads), 0, context->compute(), table, out);
    return launched("sum of squares");
}

}  // namespace mammo_cuda
