#include "operations.h"
#include "segments.cuh"

namespace mammo_cuda {

/// The least number of blocks that share a multiprocessor: without it the compiler aims for eight, and spills.
__global__ void __launch_bounds__(chunk_threads, 4) adamw_chunks(segment_table table, mammo_cuda_adamw step) {
    over_chunk(table, blockIdx.x, [&](const mammo_cuda_segment &s, int64_t i) {
        const float gradient = s.gradient[i] * step.gradient_scale;
        const float mean = s.mean[i] + step.new_mean * (gradient - s.mean[i]);
        const float square = s.square[i] * step.old_square + step.new_square * gradient * gradient;
        s.mean[i] = mean;
        s.square[i] = square;
        const float moved = s.step_size * (mean / (sqrtf(square) / s.correction_root + step.epsilon));
        write_parameter(s, i, s.parameter[i] * s.decay - moved);
    });
}

status adamw(context *context, const segment *segments, int count, const mammo_cuda_adamw *step) {
    segment_table table;
    TRY(upload_segments(context, segments, count, &table));
    if (table.chunks == 0) return mammo_cuda_ok;
    KLAUNCH(
        adamw_chunks, dim3(static_cast<unsigned>(table.chunks)), dim3(chunk_threads), 0, context->compute(), table,
        *step);
    return launched("AdamW");
}

__global__ void __launch_bounds__(chunk_threads) approach_chunks(segment_table table, float share) {
    over_chunk(table, blockIdx.x, [&](const mammo_cuda_segment &s, int64_t i) {
        s.mean[i] += share * (s.parameter[i] - s.mean[i]);
    });
}

status approach(context *context, const segment *segments, int count, float share) {
    segment_table table;
    TRY(upload_segments(context, segments, count, &table));
    if (table.chunks == 0) return mammo_cuda_ok;
    KLAUNCH(
        approach_chunks, dim3(static_cast<unsigned>(table.chunks)), dim3(chunk_threads), 0, context->compute(), table,
        share);
    return launched("average of the parameters");
}

}  // namespace mammo_cuda
