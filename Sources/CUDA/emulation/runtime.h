// The part of CUDA's runtime that the plugin calls. What a stream is given is done at once; device memory is poisoned when
// it is given out and before it goes back, and each allocation is the host's own.
#pragma once

#include "graphs.h"
#include "settings.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <malloc.h>

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
    cudaErrorInvalidResourceHandle = 400,
    cudaErrorNotSupported = 801,
    cudaErrorStreamCaptureUnsupported = 900,
    cudaErrorStreamCaptureInvalidated = 901,
    cudaErrorStreamCaptureWrongThread = 908
};

struct cudaDeviceProp {
    char name[256];
    size_t totalGlobalMem;
    int major, minor, multiProcessorCount;
};

struct cudaFuncAttributes {};

/// When it was recorded, which is when all before it was done, by the host's clock (0: never) and by the devices' own.
typedef struct emulated_event {
    double milliseconds;
    long long device_time;
} *cudaEvent_t;
typedef struct emulated_pool *cudaMemPool_t;

enum { cudaStreamNonBlocking = 1, cudaEventBlockingSync = 1, cudaHostAllocDefault = 0 };
enum { cudaDeviceScheduleBlockingSync = 4 };
enum cudaDeviceAttr {
    cudaDevAttrClockRate = 13,
    cudaDevAttrMemoryClockRate = 36,
    cudaDevAttrGlobalMemoryBusWidth = 37,
    cudaDevAttrL2CacheSize = 38,
    cudaDevAttrMemoryPoolsSupported = 115
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2, cudaMemcpyDeviceToDevice = 3 };
enum cudaMemPoolAttr {
    cudaMemPoolAttrReleaseThreshold = 4,
    cudaMemPoolAttrReservedMemCurrent = 5,
    cudaMemPoolAttrUsedMemCurrent = 7
};
enum cudaMemAllocationType { cudaMemAllocationTypePinned = 1 };
enum cudaMemLocationType { cudaMemLocationTypeDevice = 1 };

struct cudaMemPoolProps {
    cudaMemAllocationType allocType;
    struct {
        cudaMemLocationType type;
        int id;
    } location;
};

namespace emulation {

/// Bytes given out, of all devices together: as many as there are of one device's.
inline std::atomic<size_t> bytes_in_use{0};

/// The size given out is known to the system: memory is poisoned again before it is released. It is aligned as a card's is, for
/// the same products to be the same to whoever chooses their algorithms.
inline void *make_memory(size_t bytes) {
    if (bytes > device_bytes() || bytes_in_use + bytes > device_bytes()) return nullptr;
    void *memory = nullptr;
    if (posix_memalign(&memory, 256, bytes) != 0) return nullptr;
    const size_t usable = malloc_usable_size(memory);
    bytes_in_use += usable;
    return memset(memory, 0xFF, usable);
}

inline void poison_memory(void *memory) { memset(memory, 0xFF, malloc_usable_size(memory)); }

inline void release_memory(void *memory) {
    if (!memory) return;
    bytes_in_use -= malloc_usable_size(memory);
    poison_memory(memory);
    free(memory);
}

/// The time of the calling thread's devices, which products take and nothing else does; in hundredths of a millisecond.
inline long long &clock() {
    static thread_local long long now = 0;
    return now;
}

inline cudaError_t made(void *memory, void **out) {
    *out = memory;
    return memory ? cudaSuccess : cudaErrorMemoryAllocation;
}

}  // namespace emulation

inline const char *cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaErrorMemoryAllocation: return "out of memory";
        case cudaErrorInsufficientDriver: return "CUDA driver version is insufficient for CUDA runtime version";
        case cudaErrorInvalidDevice: return "invalid device ordinal";
        case cudaErrorInvalidResourceHandle: return "invalid resource handle";
        case cudaErrorNotSupported: return "operation not supported";
        case cudaErrorStreamCaptureUnsupported: return "operation not permitted when stream is capturing";
        case cudaErrorStreamCaptureInvalidated:
            return "operation failed due to a previous error during capture";
        default: return "invalid argument";
    }
}
inline cudaError_t cudaGetLastError() { return cudaSuccess; }

inline cudaError_t cudaDriverGetVersion(int *version) { return *version = emulation::driver(), cudaSuccess; }
/// A runtime needs a driver of its own major version or a newer one.
inline cudaError_t cudaGetDeviceCount(int *count) {
    if (emulation::driver() / 1000 < CUDART_VERSION / 1000) return cudaErrorInsufficientDriver;
    *count = emulation::devices();
    return *count > 0 ? cudaSuccess : cudaErrorNoDevice;
}
inline cudaError_t cudaSetDevice(int device) {
    return device >= 0 && device < emulation::devices() ? cudaSuccess : cudaErrorInvalidDevice;
}
inline cudaError_t cudaSetDeviceFlags(unsigned) { return cudaSuccess; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *out, int device) {
    if (cudaSetDevice(device) != cudaSuccess) return cudaErrorInvalidDevice;
    *out = {};
    snprintf(out->name, sizeof out->name, "emulated device %d", device);
    out->totalGlobalMem = emulation::device_bytes();
    out->major = emulation::capability() / 10;
    out->minor = emulation::capability() % 10;
    out->multiProcessorCount = 1;
    return cudaSuccess;
}
inline cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr which, int device) {
    if (cudaSetDevice(device) != cudaSuccess) return cudaErrorInvalidDevice;
    switch (which) {
        case cudaDevAttrClockRate: return *value = 1'000'000, cudaSuccess;
        case cudaDevAttrMemoryClockRate: return *value = 1'000'000, cudaSuccess;
        case cudaDevAttrGlobalMemoryBusWidth: return *value = 128, cudaSuccess;
        case cudaDevAttrL2CacheSize: return *value = 1 << 20, cudaSuccess;
        case cudaDevAttrMemoryPoolsSupported: return *value = emulation::has_pools(), cudaSuccess;
    }
    return cudaErrorInvalidValue;
}
template <typename Kernel> cudaError_t cudaFuncGetAttributes(cudaFuncAttributes *, Kernel) { return cudaSuccess; }

/// The one multiprocessor holds as many blocks as a card's hundred: sums over blocks are of many.
template <typename Kernel>
cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, Kernel, int, size_t) {
    return *blocks = 512, cudaSuccess;
}

inline cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *most) {
    return *least = 0, *most = -5, cudaSuccess;
}
inline cudaError_t cudaStreamCreateWithPriority(cudaStream_t *out, unsigned, int) {
    return *out = new emulated_stream, cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) { return delete stream, cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    return emulation::interrupts_capture(stream) ? cudaErrorStreamCaptureUnsupported : cudaSuccess;
}
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t *out, unsigned) {
    return emulation::made(calloc(1, sizeof(emulated_event)), reinterpret_cast<void **>(out));
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
inline cudaError_t cudaEventDestroy(cudaEvent_t event) { return free(event), cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    if (emulation::interrupts_capture(stream)) return cudaErrorStreamCaptureUnsupported;
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    event->milliseconds = static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
    event->device_time = emulation::clock();
    return cudaSuccess;
}
/// What products between the events took of the devices' time, the same in every run; without any, the host's time.
inline cudaError_t cudaEventElapsedTime(float *out, cudaEvent_t from, cudaEvent_t to) {
    if (from->milliseconds == 0 || to->milliseconds == 0) return cudaErrorInvalidResourceHandle;
    const long long of_products = to->device_time - from->device_time;
    *out = of_products != 0 ? static_cast<float>(of_products) / 100
                            : static_cast<float>(to->milliseconds - from->milliseconds);
    return cudaSuccess;
}
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }

inline cudaError_t cudaMemPoolCreate(cudaMemPool_t *out, const cudaMemPoolProps *) {
    if (!emulation::has_pools()) return cudaErrorNotSupported;
    return emulation::made(malloc(1), reinterpret_cast<void **>(out));
}
inline cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) { return free(pool), cudaSuccess; }
inline cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void *) { return cudaSuccess; }
/// The pool keeps nothing: what is released is free at once.
inline cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t, cudaMemPoolAttr, void *value) {
    return *static_cast<uint64_t *>(value) = emulation::bytes_in_use, cudaSuccess;
}
inline cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, size_t) { return cudaSuccess; }
inline cudaError_t cudaMalloc(void **out, size_t bytes) { return emulation::made(emulation::make_memory(bytes), out); }
inline cudaError_t cudaFree(void *memory) { return emulation::release_memory(memory), cudaSuccess; }
inline cudaError_t cudaMallocFromPoolAsync(void **out, size_t bytes, cudaMemPool_t pool, cudaStream_t stream) {
    const cudaError_t error = pool ? cudaMalloc(out, bytes) : cudaErrorInvalidValue;
    if (emulated_graph *const graph = stream->captured; graph && error == cudaSuccess) {
        graph->memory.push_back(*out), graph->open.push_back(*out);
        graph->work.push_back([memory = *out] { emulation::poison_memory(memory); });
    }
    return error;
}
inline cudaError_t cudaFreeAsync(void *memory, cudaStream_t stream) {
    if (!emulation::has_pools()) return cudaErrorNotSupported;
    emulated_graph *const graph = stream->captured;
    if (!graph) return cudaFree(memory);
    if (!graph->is_valid) return cudaErrorStreamCaptureInvalidated;
    const auto own = std::find(graph->open.begin(), graph->open.end(), memory);
    if (own == graph->open.end()) return graph->is_valid = false, cudaErrorInvalidValue;
    graph->open.erase(own);
    graph->work.push_back([=] { emulation::poison_memory(memory); });
    return cudaSuccess;
}

inline cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
    return stream->captured = new emulated_graph, cudaSuccess;
}
inline cudaError_t cudaGraphExecDestroy(cudaGraphExec_t graph) {
    for (void *const memory : graph->memory) emulation::release_memory(memory);
    return delete graph, cudaSuccess;
}
inline cudaError_t cudaGraphDestroy(cudaGraph_t graph) { return graph->is_made ? cudaSuccess : cudaGraphExecDestroy(graph); }
inline cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t *out) {
    emulated_graph *const graph = stream->captured;
    stream->captured = nullptr;
    if (graph->is_valid) return *out = graph, cudaSuccess;
    cudaGraphExecDestroy(graph);
    return cudaErrorStreamCaptureInvalidated;
}
/// The graph that was captured itself.
inline cudaError_t cudaGraphInstantiateWithFlags(cudaGraphExec_t *out, cudaGraph_t graph, unsigned long long) {
    graph->is_made = true;
    return *out = graph, cudaSuccess;
}
inline cudaError_t cudaGraphLaunch(cudaGraphExec_t graph, cudaStream_t) {
    if (graph->was_launched && !graph->open.empty()) return cudaErrorInvalidValue;
    graph->was_launched = true;
    for (const auto &each : graph->work) each();
    return cudaSuccess;
}
inline cudaError_t cudaDeviceGraphMemTrim(int) { return cudaSuccess; }
inline cudaError_t cudaMemGetInfo(size_t *free_bytes, size_t *total_bytes) {
    *total_bytes = emulation::device_bytes();
    *free_bytes = *total_bytes - std::min<size_t>(*total_bytes, emulation::bytes_in_use);
    return cudaSuccess;
}
/// Page-locked memory is the host's: it does not count as the device's.
inline cudaError_t cudaHostAlloc(void **out, size_t bytes, unsigned) {
    void *const memory = malloc(bytes);
    if (memory) memset(memory, 0xFF, bytes);
    return emulation::made(memory, out);
}
inline cudaError_t cudaFreeHost(void *memory) { return free(memory), cudaSuccess; }
inline cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind, cudaStream_t stream) {
    return emulation::submit(stream, [=] { memmove(to, from, bytes); }), cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t stream) {
    return emulation::submit(stream, [=] { memset(memory, value, bytes); }), cudaSuccess;
}
