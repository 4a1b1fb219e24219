// The part of CUDA's runtime that the plugin calls. What a stream is given is done at once; device memory is poisoned when
// it is given out and before it goes back, and each allocation is the host's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <malloc.h>

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101
};

struct cudaDeviceProp {
    char name[256];
    size_t totalGlobalMem;
    int major, minor, multiProcessorCount;
};

typedef struct emulated_stream *cudaStream_t;
typedef struct emulated_event *cudaEvent_t;
typedef struct emulated_pool *cudaMemPool_t;

enum { cudaStreamNonBlocking = 1, cudaEventDisableTiming = 2, cudaHostAllocDefault = 0 };
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2, cudaMemcpyDeviceToDevice = 3 };
enum cudaMemPoolAttr { cudaMemPoolAttrReleaseThreshold = 4 };
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

inline int devices() {
    const char *count = getenv("MAMMO_CUDA_EMULATED_DEVICES");
    return count && atoi(count) > 0 ? atoi(count) : 1;
}

constexpr size_t device_bytes = size_t(4) << 30;

/// The system knows its size, so that it can be poisoned when it goes back too.
inline void *make_memory(size_t bytes) {
    void *memory = bytes > device_bytes ? nullptr : malloc(bytes);
    if (memory) memset(memory, 0xFF, malloc_usable_size(memory));
    return memory;
}

inline void release_memory(void *memory) {
    if (!memory) return;
    memset(memory, 0xFF, malloc_usable_size(memory));
    free(memory);
}

inline cudaError_t made(void *memory, void **out) {
    *out = memory;
    return memory ? cudaSuccess : cudaErrorMemoryAllocation;
}

}  // namespace emulation

inline const char *cudaGetErrorString(cudaError_t error) {
    return error == cudaErrorMemoryAllocation ? "out of memory"
           : error == cudaErrorInvalidDevice  ? "invalid device ordinal"
                                              : "invalid argument";
}
inline cudaError_t cudaGetLastError() { return cudaSuccess; }

inline cudaError_t cudaGetDeviceCount(int *count) { return *count = emulation::devices(), cudaSuccess; }
inline cudaError_t cudaSetDevice(int device) {
    return device >= 0 && device < emulation::devices() ? cudaSuccess : cudaErrorInvalidDevice;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *out, int device) {
    if (cudaSetDevice(device) != cudaSuccess) return cudaErrorInvalidDevice;
    *out = {};
    snprintf(out->name, sizeof out->name, "emulated device %d", device);
    out->totalGlobalMem = emulation::device_bytes;
    out->major = 8;
    out->multiProcessorCount = 1;
    return cudaSuccess;
}

inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t *out, unsigned) {
    return emulation::made(malloc(1), reinterpret_cast<void **>(out));
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) { return free(stream), cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t *out, unsigned) {
    return emulation::made(malloc(1), reinterpret_cast<void **>(out));
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
inline cudaError_t cudaEventDestroy(cudaEvent_t event) { return free(event), cudaSuccess; }
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }

inline cudaError_t cudaMemPoolCreate(cudaMemPool_t *out, const cudaMemPoolProps *) {
    return emulation::made(malloc(1), reinterpret_cast<void **>(out));
}
inline cudaError_t cudaMemPoolDestroy(cudaMemPool_t pool) { return free(pool), cudaSuccess; }
inline cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t, cudaMemPoolAttr, void *) { return cudaSuccess; }
inline cudaError_t cudaMemPoolTrimTo(cudaMemPool_t, size_t) { return cudaSuccess; }
inline cudaError_t cudaMallocFromPoolAsync(void **out, size_t bytes, cudaMemPool_t, cudaStream_t) {
    return emulation::made(emulation::make_memory(bytes), out);
}
inline cudaError_t cudaFreeAsync(void *memory, cudaStream_t) { return emulation::release_memory(memory), cudaSuccess; }
inline cudaError_t cudaHostAlloc(void **out, size_t bytes, unsigned) {
    return emulation::made(emulation::make_memory(bytes), out);
}
inline cudaError_t cudaFreeHost(void *memory) { return emulation::release_memory(memory), cudaSuccess; }
inline cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind, cudaStream_t) {
    return memmove(to, from, bytes), cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void *memory, int value, size_t bytes, cudaStream_t) {
    return memset(memory, value, bytes), cudaSuccess;
}
