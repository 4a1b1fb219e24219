#include "operations.h"
#include "segments.cuh"

namespace mammo_cuda {

/// As AdamW's: without the least number of blocks CUDA 11.8 spills.
__global__ void __launch_bounds__(chunk_threads, 4) sgd_chunks(segment_table table, mammo_cuda_sgd step) {
    over_chunk(table, blockIdx.x, [&](const mammo_cuda_segment &s, int64_t i) {
        const float gradient = s.gradient[i] * step.gradient_scale + s.decay * s.parameter[i];
        const float velocity = step.momentum * s.mean[i] + gradient;
        s.mean[i] = velocity;
        const float moved = s.step_size * (step.nesterov ? gradient + step.momentum * velocity : velocity);
        write_parameter(s, i, s.parameter[i] - moved);
    });
}

status sgd(context *context, const segment *segments, int count, const mammo_cuda_sgd *step) {
    segment_table table;
    TRY(upload_segments(context, segments, count, &table));
    if (table.chunks == 0) return mammo_cuda_ok;
    KLAUNCH(
        sgd_chunks, dim3(static_cast<unsigned>(table.chunks)), dim3(chunk_threads), 0, context->compute(), table, *step);
    return launched("SGD");
}

}  // namespace mammo_cuda
