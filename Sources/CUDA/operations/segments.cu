#include "segments.cuh"

#include <cstring>
#include <vector>

namespace mammo_cuda {

mammo_cuda_status upload_segments(
    mammo_cuda_context *context, const mammo_cuda_segment *segments, int count, segment_table *out) {
    // Segments of nothing are left out: a chunk then has one segment.
    std::vector<mammo_cuda_segment> used;
    std::vector<int64_t> first_chunks = {0};
    for (int i = 0; i < count; i++) {
        if (segments[i].count <= 0) continue;
        used.push_back(segments[i]);
        first_chunks.push_back(first_chunks.back() + (segments[i].count + chunk_values - 1) / chunk_values);
    }
    const int64_t chunks = first_chunks.back();
    const size_t sums = static_cast<size_t>(chunks) * sizeof(double);
    const size_t numbers = first_chunks.size() * sizeof(int64_t), parts = used.size() * sizeof(mammo_cuda_segment);
    char *place;
    TRY(scratch(context, sums + numbers + parts, reinterpret_cast<void **>(&place)));
    std::vector<char> bytes(numbers + parts);
    memcpy(bytes.data(), first_chunks.data(), numbers);
    if (parts) memcpy(bytes.data() + numbers, used.data(), parts);
    // From memory that is not page-locked: the call returns when it has been read.
    TRY(check(
        cudaMemcpyAsync(place + sums, bytes.data(), bytes.size(), cudaMemcpyHostToDevice, context->compute()),
        "table of parameters"));
    *out = {
        reinterpret_cast<const mammo_cuda_segment *>(place + sums + numbers),
        reinterpret_cast<const int64_t *>(place + sums), static_cast<int>(used.size()), chunks,
        reinterpret_cast<double *>(place)};
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
