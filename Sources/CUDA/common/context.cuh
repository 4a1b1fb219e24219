// A device as it is opened, and how what went wrong becomes a status and a line.
#pragma once

#include "mammo_cuda.h"
#include "platform.cuh"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace mammo_cuda {

class products;
class product_choices;

/// Puts a line where `message` finds it, and gives the status back.
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
mammo_cuda_status fail(mammo_cuda_status status, const char *format, ...);

/// The calling thread's last line.
const char *message();

/// What an error of CUDA's means here; `doing` is what was asked for, in words.
mammo_cuda_status check(cudaError_t error, const char *doing);

/// Whether the launch just made was taken; what a kernel does wrong later is told by a later call.
inline mammo_cuda_status launched(const char *kernel) { return check(cudaGetLastError(), kernel); }

}  // namespace mammo_cuda

struct mammo_cuda_context {
    int device = 0;
    /// Compute capability.
    int major = 0, minor = 0;
    int multiprocessors = 1;
    /// Where cuBLASLt and NCCL are searched for first; may be empty.
    std::string libraries;
    cudaStream_t streams[3] = {};
    /// Null where the device has no pools: each allocation then asks the driver.
    cudaMemPool_t pool = nullptr;
    /// Between the kernels of one operation. Operations follow each other in the compute stream, so one is enough.
    std::shared_ptr<void> scratch;
    size_t scratch_bytes = 0;
    /// Whether what the compute stream is given becomes part of a graph, and what that has allocated and not released.
    bool is_captured = false;
    int64_t captured_allocations = 0;
    std::shared_ptr<mammo_cuda::products> products;
    std::shared_ptr<mammo_cuda::product_choices> choices;

    cudaStream_t compute() const { return streams[mammo_cuda_compute]; }
};

namespace mammo_cuda {

/// Refuses, while a graph is captured, what is made once and kept: memory, handles, algorithms that are timed.
mammo_cuda_status not_captured(const mammo_cuda_context *context);

/// At least so many bytes for the operation that asks; they are kept for the next.
mammo_cuda_status scratch(mammo_cuda_context *context, size_t bytes, void **out);

template <typename T> mammo_cuda_status scratch(mammo_cuda_context *context, int64_t count, T **out) {
    return scratch(context, static_cast<size_t>(count) * sizeof(T), reinterpret_cast<void **>(out));
}

}  // namespace mammo_cuda

/// Hands a failure on to the caller.
#define TRY(call)                                                     \
    do {                                                              \
        const mammo_cuda_status try_status = (call);                  \
        if (try_status != mammo_cuda_ok) return try_status;           \
    } while (0)
