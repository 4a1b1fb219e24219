#include "context.cuh"
#include "context.h"
#include "operations/product_choices.h"

#include <cstdio>
#include <cstring>

namespace mammo_cuda {

#ifdef __CUDACC__
constexpr bool emulated = false;
#else
constexpr bool emulated = true;
#endif

mammo_cuda_status driver_version(int *version) {
    *version = 0;
    // Without a driver this is no error, and the version is 0.
    return check(cudaDriverGetVersion(version), "version of the driver");
}

mammo_cuda_status device_count(int *count) {
    *count = 0;
    int found = 0;  // CUDA leaves it as it is where it fails
    const cudaError_t error = cudaGetDeviceCount(&found);
    if (error == cudaErrorNoDevice) return cudaGetLastError(), mammo_cuda_ok;
    TRY(check(error, "search for devices"));
    *count = found;
    return mammo_cuda_ok;
}

/// An attribute of a device; 0 where the driver does not report it.
static int attribute(cudaDeviceAttr which, int device) {
    int value = 0;
    if (cudaDeviceGetAttribute(&value, which, device) == cudaSuccess) return value;
    cudaGetLastError();
    return 0;
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
    // cudaDeviceProp lost its clocks in CUDA 13; the attributes are there in all versions.
    out->clock_khz = attribute(cudaDevAttrClockRate, device);
    out->memory_clock_khz = attribute(cudaDevAttrMemoryClockRate, device);
    out->memory_bus_bits = attribute(cudaDevAttrGlobalMemoryBusWidth, device);
    out->cache_bytes = attribute(cudaDevAttrL2CacheSize, device);
    out->memory_pools = attribute(cudaDevAttrMemoryPoolsSupported, device);
    out->emulated = emulated;
    if (!runs_on(architectures(), found.major, found.minor)) {
        snprintf(
            out->refusal, sizeof out->refusal,
            "the plugin contains code for %s, and none for %s, which is sm_%d%d; build it for this device: "
            "Scripts/build-cuda with its CUDA toolkit, or --from-debian for sm_60 to sm_90",
            architectures(), found.name, found.major, found.minor);
    }
    return mammo_cuda_ok;
}

__global__ void probe() {}

/// Whether kernels of this library load on the current device: the driver may be too old for the PTX that the device needs.
static mammo_cuda_status probe_code() {
    cudaFuncAttributes unused;
    const cudaError_t error = cudaFuncGetAttributes(&unused, probe);
    if (error == cudaSuccess) return mammo_cuda_ok;
    cudaGetLastError();
    return fail(
        mammo_cuda_no_device, "the plugin's code (%s) does not load on this device: %s; build it here: Scripts/build-cuda",
        architectures(), cudaGetErrorString(error));
}

static mammo_cuda_status make_pool(mammo_cuda_context *context) {
    cudaMemPoolProps properties = {};
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location.type = cudaMemLocationTypeDevice;
    properties.location.id = context->device;
    TRY(check(cudaMemPoolCreate(&context->pool, &properties), "a pool of memory"));
    uint64_t all = UINT64_MAX;  // what has been given back stays with the pool
    return check(
        cudaMemPoolSetAttribute(context->pool, cudaMemPoolAttrReleaseThreshold, &all), "a pool of memory");
}

static mammo_cuda_status begin(mammo_cuda_context *context) {
    TRY(check(cudaSetDevice(context->device), "opening of the device"));
    // A thread that waits sleeps: spinning takes a core from the threads that read images. Where the device was initialised
    // before, CUDA 11 refuses to change this, which is no reason to stop.
    if (cudaSetDeviceFlags(cudaDeviceScheduleBlockingSync) != cudaSuccess) cudaGetLastError();
    TRY(probe_code());
    int least, most;
    TRY(check(cudaDeviceGetStreamPriorityRange(&least, &most), "the priorities of streams"));
    for (int i = mammo_cuda_compute; i <= mammo_cuda_exchange; i++) {
        // Sums over cards begin before the blocks that wait for a kernel under way.
        const int priority = i == mammo_cuda_exchange ? most : least;
        TRY(check(cudaStreamCreateWithPriority(&context->streams[i], cudaStreamNonBlocking, priority), "a stream"));
    }
    return attribute(cudaDevAttrMemoryPoolsSupported, context->device) ? make_pool(context) : mammo_cuda_ok;
}

mammo_cuda_status open(int device, const char *folder, mammo_cuda_context **out) {
    *out = nullptr;
    int count;
    TRY(device_count(&count));
    if (device < 0 || device >= count) {
        return fail(mammo_cuda_no_device, "there is no device %d: there are %d, counted from 0", device, count);
    }
    mammo_cuda_properties properties;
    TRY(device_properties(device, &properties));
    if (*properties.refusal) return fail(mammo_cuda_no_device, "%s", properties.refusal);
    auto context = std::make_unique<mammo_cuda_context>();
    context->device = device;
    context->major = properties.major;
    context->minor = properties.minor;
    context->multiprocessors = properties.multiprocessors;
    context->libraries = folder ? folder : "";
    context->choices = std::make_shared<product_choices>();
    const mammo_cuda_status status = begin(context.get());
    if (status != mammo_cuda_ok) {
        const std::string why = message();
        close(context.release());
        return fail(status, "%s", why.c_str());
    }
    *out = context.release();
    return mammo_cuda_ok;
}

void close(mammo_cuda_context *context) {
    if (!context) return;
    std::unique_ptr<mammo_cuda_context> owned(context);
    cudaSetDevice(context->device);
    synchronise(context);
    context->products.reset();
    context->scratch.reset();
    if (context->compute()) cudaStreamSynchronize(context->compute());
    if (context->pool) cudaMemPoolDestroy(context->pool);
    for (cudaStream_t stream : context->streams) {
        if (stream) cudaStreamDestroy(stream);
    }
}

}  // namespace mammo_cuda
