// What the sources are written for: CUDA, or a host compiler with fibres for threads. Nothing else asks which it is.
//
//     KLAUNCH(kernel, grid, block, shared bytes, stream, arguments...)   instead of kernel<<<...>>>(...)
//     CUDA_SHARED(T, name, count)                                        instead of __shared__ T name[count]
//     CUDA_DYN_SHARED(T, name)                                           instead of extern __shared__ T name[]
//     approximate_exp2(x), approximate_reciprocal(x)                     one instruction each: within 2^-22 of the value as a
//                                                                        share of it; zero where that is below 2^-126
#pragma once

#ifdef __CUDACC__
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#define KLAUNCH(kernel, grid, block, shared, stream, ...) kernel<<<grid, block, shared, stream>>>(__VA_ARGS__)
#define CUDA_SHARED(T, name, count) __shared__ __align__(16) T name[count]
#define CUDA_DYN_SHARED(T, name)                                     \
    extern __shared__ __align__(16) unsigned char name##_bytes[];    \
    T *const name = reinterpret_cast<T *>(name##_bytes)

__device__ __forceinline__ float approximate_exp2(float x) {
    float result;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}
__device__ __forceinline__ float approximate_reciprocal(float x) {
    float result;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
}
#else
#include "emulation/emulation.h"
#endif
