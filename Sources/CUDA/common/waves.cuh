// Grids by what the card holds at once, for kernels whose threads go over many rows: with a few blocks more than that, the last
// of them would have the card to themselves. Sums over blocks then depend on the kind of card, and on one card never.
#pragma once

#include "context.cuh"

#include <algorithm>

namespace mammo_cuda {

/// The blocks of a kernel that all multiprocessors hold at once.
template <typename Kernel>
mammo_cuda_status wave_of(mammo_cuda_context *context, Kernel kernel, int threads, size_t shared_bytes, int *blocks) {
    int each = 0;
    TRY(check(
        cudaOccupancyMaxActiveBlocksPerMultiprocessor(&each, kernel, threads, shared_bytes),
        "blocks of a multiprocessor"));
    *blocks = std::max(1, each * context->multiprocessors);
    return mammo_cuda_ok;
}

}  // namespace mammo_cuda
