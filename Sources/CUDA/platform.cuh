// What the sources are written for: CUDA, or a host compiler with fibres for threads. Nothing else asks which it is.
//
//     KLAUNCH(kernel, grid, block, shared bytes, stream, arguments...)   instead of kernel<<<...>>>(...)
//     CUDA_SHARED(T, name, count)                                        instead of __shared__ T name[count]
//     CUDA_DYN_SHARED(T, name)                                           instead of extern __shared__ T name[]
//     approximate_exp2(x), approximate_reciprocal(x)                     one instruction each: within 2^-22 of the value as a
//                                                                        share of it; zero where that is below 2^-126
//     advanced(pointer, bytes, steps)                                    in the card's memory, so many steps of so many bytes on,
//                                                                        by one instruction
//
// Copies of 16 bytes from the card's memory to shared memory that are under way while a thread computes; from sm_80 on they go
// past the registers (cp.async), before that a copy waits in registers until its `end`:
//
//     copies_take_registers          whether they do, in what is compiled
//     copy_ahead one;
//     one.begin(to, from, bytes)     bytes: 16, or 0 for zeros, where `from` is not read
//     copies_commit()                ends a group of copies
//     one.end(to)                    some work later; nothing may be read of `to` until a barrier after the wait for the group
//     copies_wait<groups>()          all groups of this thread but the last so many have arrived
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
template <typename T> __device__ __forceinline__ T *advanced(T *from, unsigned bytes, unsigned steps) {
    unsigned long long result;
    asm("mad.wide.u32 %0, %1, %2, %3;" : "=l"(result) : "r"(bytes), "r"(steps), "l"(__cvta_generic_to_global(from)));
    return static_cast<T *>(__cvta_global_to_generic(static_cast<size_t>(result)));
}

#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 800
constexpr bool copies_take_registers = false;
struct copy_ahead {
    __device__ __forceinline__ void begin(void *to, const void *from, int bytes) {
        const unsigned place = static_cast<unsigned>(__cvta_generic_to_shared(to));
        asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(place), "l"(from), "r"(bytes) : "memory");
    }
    __device__ __forceinline__ void end(void *) {}
};
__device__ __forceinline__ void copies_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
template <int groups> __device__ __forceinline__ void copies_wait() {
    asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}
#else
constexpr bool copies_take_registers = true;
class copy_ahead {
    uint4 held;

public:
    __device__ __forceinline__ void begin(void *, const void *from, int bytes) {
        held = make_uint4(0, 0, 0, 0);
        if (bytes) held = *static_cast<const uint4 *>(from);
    }
    __device__ __forceinline__ void end(void *to) { *static_cast<uint4 *>(to) = held; }
};
__device__ __forceinline__ void copies_commit() {}
template <int groups> __device__ __forceinline__ void copies_wait() {}
#endif
#else
#include "emulation/emulation.h"
#endif
