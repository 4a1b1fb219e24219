#include "context.cuh"
#include "context.h"

#include <memory>

namespace mammo_cuda {

static cudaError_t take(mammo_cuda_context *context, size_t bytes, void **out) {
    return context->pool ? cudaMallocFromPoolAsync(out, bytes, context->pool, context->compute()) : cudaMalloc(out, bytes);
}

mammo_cuda_status allocate(mammo_cuda_context *context, size_t bytes, void **out) {
    *out = nullptr;
    const size_t asked = bytes ? bytes : 1;
    cudaError_t error = take(context, asked, out);
    if (error == cudaErrorMemoryAllocation && context->pool && !context->is_captured) {
        // What the pool holds may be in pieces: it goes back to the driver, and the allocation is tried once more.
        cudaGetLastError();
        TRY(synchronise(context));
        TRY(check(cudaMemPoolTrimTo(context->pool, 0), "trimming of the memory pool"));
        error = take(context, asked, out);
    }
    if (error == cudaSuccess) context->captured_allocations += context->is_captured;
    if (error != cudaErrorMemoryAllocation) return check(error, "allocation of memory");
    cudaGetLastError();
    *out = nullptr;
    size_t free_bytes = 0, total = 0;
    TRY(memory(context, &free_bytes, &total));
    return fail(
        mammo_cuda_out_of_memory, "%.1f MB were asked for, and %.1f of %.1f MB are free", bytes / 1e6, free_bytes / 1e6,
        total / 1e6);
}

mammo_cuda_status release(mammo_cuda_context *context, void *memory) {
    if (!memory) return mammo_cuda_ok;
    context->captured_allocations -= context->is_captured;
    if (context->pool) return check(cudaFreeAsync(memory, context->compute()), "release of memory, or work before it");
    // Work that uses the memory may still be under way in either stream.
    TRY(synchronise(context));
    return check(cudaFree(memory), "release of memory, or work before it");
}

mammo_cuda_status memory(mammo_cuda_context *context, size_t *free_bytes, size_t *total_bytes) {
    TRY(check(cudaMemGetInfo(free_bytes, total_bytes), "the device's free memory"));
    if (!context->pool) return mammo_cuda_ok;
    uint64_t reserved = 0, used = 0;
    TRY(check(cudaMemPoolGetAttribute(context->pool, cudaMemPoolAttrReservedMemCurrent, &reserved), "the pool's memory"));
    TRY(check(cudaMemPoolGetAttribute(context->pool, cudaMemPoolAttrUsedMemCurrent, &used), "the pool's memory"));
    *free_bytes += reserved - used;
    return mammo_cuda_ok;
}

mammo_cuda_status scratch(mammo_cuda_context *context, size_t bytes, void **out) {
    if (bytes > context->scratch_bytes || !context->scratch) {
        TRY(not_captured(context));
        context->scratch.reset();
        context->scratch_bytes = 0;
        void *larger;
        TRY(allocate(context, bytes, &larger));
        context->scratch = std::shared_ptr<void>(larger, [context](void *memory) { release(context, memory); });
        context->scratch_bytes = bytes;
    }
    *out = context->scratch.get();
    return mammo_cuda_ok;
}

mammo_cuda_status allocate_host(mammo_cuda_context *, size_t bytes, void **out) {
    *out = nullptr;
    return check(cudaHostAlloc(out, bytes ? bytes : 1, cudaHostAllocDefault), "allocation of page-locked memory of the host");
}

mammo_cuda_status release_host(mammo_cuda_context *, void *memory) {
    return memory ? check(cudaFreeHost(memory), "release of page-locked memory") : mammo_cuda_ok;
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
