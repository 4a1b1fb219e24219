#include "context.cuh"
#include "context.h"

#include <cstdio>

namespace mammo_cuda {

mammo_cuda_status allocate(mammo_cuda_context *context, size_t bytes, void **out) {
    *out = nullptr;
    const size_t asked = bytes ? bytes : 1;
    cudaError_t error = cudaMallocFromPoolAsync(out, asked, context->pool, context->compute());
    if (error == cudaErrorMemoryAllocation) {
        // What the pool holds may be in pieces: back to the driver with what is free, and once more.
        cudaGetLastError();
        TRY(synchronise(context));
        TRY(check(cudaMemPoolTrimTo(context->pool, 0), "giving memory back"));
        error = cudaMallocFromPoolAsync(out, asked, context->pool, context->compute());
    }
    char doing[64];
    snprintf(doing, sizeof doing, "%zu bytes of memory", bytes);
    return check(error, doing);
}

void release(mammo_cuda_context *context, void *memory) {
    if (memory) cudaFreeAsync(memory, context->compute());
}

mammo_cuda_status scratch(mammo_cuda_context *context, size_t bytes, void **out) {
    if (bytes > context->scratch_bytes || !context->scratch) {
        release(context, context->scratch);
        context->scratch = nullptr;
        context->scratch_bytes = 0;
        TRY(allocate(context, bytes, &context->scratch));
        context->scratch_bytes = bytes;
    }
    *out = context->scratch;
    return mammo_cuda_ok;
}

mammo_cuda_status allocate_host(mammo_cuda_context *, size_t bytes, void **out) {
    *out = nullptr;
    return check(cudaHostAlloc(out, bytes ? bytes : 1, cudaHostAllocDefault), "page-locked memory of the host");
}

void release_host(mammo_cuda_context *, void *memory) {
    if (memory) cudaFreeHost(memory);
}

mammo_cuda_status upload(
    mammo_cuda_context *context, mammo_cuda_stream stream, void *device, const void *host, size_t bytes) {
    return check(
        cudaMemcpyAsync(device, host, bytes, cudaMemcpyHostToDevice, context->streams[stream]), "copy to the device");
}

mammo_cuda_status download(
    mammo_cuda_context *context, mammo_cuda_stream stream, void *host, const void *device, size_t bytes) {
    return check(
        cudaMemcpyAsync(host, device, bytes, cudaMemcpyDeviceToHost, context->streams[stream]),
        "copy from the device");
}

mammo_cuda_status copy(mammo_cuda_context *context, void *to, const void *from, size_t bytes) {
    return check(
        cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, context->compute()), "copy on the device");
}

mammo_cuda_status clear(mammo_cuda_context *context, void *device, size_t bytes) {
    return check(cudaMemsetAsync(device, 0, bytes, context->compute()), "clearing of memory");
}

}  // namespace mammo_cuda
