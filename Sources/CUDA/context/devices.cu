#include "context.cuh"
#include "context.h"

#include <cstdio>
#include <cstring>

namespace mammo_cuda {

#ifdef __CUDACC__
constexpr bool emulated = false;
#else
constexpr bool emulated = true;
#endif

mammo_cuda_status device_count(int *count) {
    *count = 0;
    int found = 0;  // CUDA leaves it as it is where it fails
    const cudaError_t error = cudaGetDeviceCount(&found);
    if (error == cudaErrorNoDevice) return cudaGetLastError(), mammo_cuda_ok;
    TRY(check(error, "search for devices"));
    *count = found;
    return mammo_cuda_ok;
}

mammo_cuda_status device_properties(int device, mammo_cuda_properties *out) {
    cudaDeviceProp found;
    TRY(check(cudaGetDeviceProperties(&found, device), "properties of the device"));
    *out = {};
    snprintf(out->name, sizeof out->name, "%s", found.name);
    out->memory_bytes = found.totalGlobalMem;
    out->major = found.major;
    out->minor = found.minor;
    out->multiprocessors = found.multiProcessorCount;
    out->emulated = emulated;
    return mammo_cuda_ok;
}

static mammo_cuda_status begin(mammo_cuda_context *context) {
    TRY(check(cudaSetDevice(context->device), "opening of the device"));
    for (cudaStream_t &stream : context->streams) {
        TRY(check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "a stream"));
    }
    cudaMemPoolProps properties = {};
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location.type = cudaMemLocationTypeDevice;
    properties.location.id = context->device;
    TRY(check(cudaMemPoolCreate(&context->pool, &properties), "a pool of memory"));
    uint64_t all = UINT64_MAX;  // what has been given back stays with the pool
    return check(
        cudaMemPoolSetAttribute(context->pool, cudaMemPoolAttrReleaseThreshold, &all), "a pool of memory");
}

mammo_cuda_status open(int device, mammo_cuda_context **out) {
    *out = nullptr;
    int count;
    TRY(device_count(&count));
    if (device < 0 || device >= count) {
        return fail(mammo_cuda_no_device, "there is no device %d: there are %d, counted from 0", device, count);
    }
    auto context = std::make_unique<mammo_cuda_context>();
    context->device = device;
    const mammo_cuda_status status = begin(context.get());
    if (status != mammo_cuda_ok) return close(context.release()), status;
    *out = context.release();
    return mammo_cuda_ok;
}

void close(mammo_cuda_context *context) {
    if (!context) return;
    std::unique_ptr<mammo_cuda_context> owned(context);
    cudaSetDevice(context->device);
    synchronise(context);
    context->products.reset();
    if (context->scratch) cudaFreeAsync(context->scratch, context->compute());
    if (context->compute()) cudaStreamSynchronize(context->compute());
    if (context->pool) cudaMemPoolDestroy(context->pool);
    for (cudaStream_t stream : context->streams) {
        if (stream) cudaStreamDestroy(stream);
    }
}

}  // namespace mammo_cuda
