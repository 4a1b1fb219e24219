// Operations over all parameters in one launch: segments are cut into chunks of one size, a block takes a chunk.
#pragma once

#include "context.cuh"
#include "types.cuh"

namespace mammo_cuda {

constexpr int chunk_values = 8192;
constexpr int chunk_threads = 256;

/// A table of segments on the device, in the context's scratch memory.
struct segment_table {
    const mammo_cuda_segment *segments;
    /// The number of a segment's first chunk, and after the last how many there are.
    const int64_t *first_chunks;
    int count;
    int64_t chunks;
    /// A value for each chunk.
    double *sums;
};

mammo_cuda_status upload_segments(
    mammo_cuda_context *context, const mammo_cuda_segment *segments, int count, segment_table *out);

/// Writes a parameter, and its copy where there is one.
__device__ __forceinline__ void write_parameter(const mammo_cuda_segment &segment, int64_t i, float value) {
    segment.parameter[i] = value;
    if (!segment.copy) return;
    if (segment.copy_type == mammo_cuda_fp16) static_cast<__half *>(segment.copy)[i] = stored<__half>(value);
    else static_cast<__nv_bfloat16 *>(segment.copy)[i] = stored<__nv_bfloat16>(value);
}

/// body(segment, index of the value) for all values of all segments.
template <typename Body>
__device__ __forceinline__ void over_chunk(const segment_table &table, int64_t chunk, Body body) {
    int low = 0, high = table.count - 1;
    while (low < high) {
        const int middle = (low + high + 1) / 2;
        if (table.first_chunks[middle] <= chunk) low = middle;
        else high = middle - 1;
    }
    const mammo_cuda_segment segment = table.segments[low];
    const int64_t begin = (chunk - table.first_chunks[low]) * chunk_values;
    const int64_t end = begin + chunk_values < segment.count ? begin + chunk_values : segment.count;
    for (int64_t i = begin + threadIdx.x; i < end; i += chunk_threads) body(segment, i);
}

}  // namespace mammo_cuda
