// What the sources are written for: CUDA, or a host compiler with fibres for threads. Nothing else asks which it is.
//
//     KLAUNCH(kernel, grid, block, shared bytes, stream, arguments...)   instead of kernel<<<...>>>(...)
//     CUDA_SHARED(T, name, count)                                        instead of __shared__ T name[count]
//     CUDA_DYN_SHARED(T, name)                                           instead of extern __shared__ T name[]
//     approximate_exp2(x), approximate_reciprocal(x)                     one instruction each: within 2^-22 of the value as a
//                                                                        share of it; zero where that is below 2^-126
//     copy_to_shared(to, from, taken)        16 bytes from device memory, or zeros where they are not taken; from sm_80 on they
//                                            come while the thread goes on. `from` has to be an address of device memory.
//     close_copies(), await_copies<open>()   the copies since the last call become a group; waits for all the thread's groups
//                                            but the last `open`. Other threads see what has come after a barrier.
//     load_matrices(out, row)                four matrices of 8 x 8 values of 16 bits from shared memory: lane l gives where
//     load_matrices_transposed(out, row)     row l % 8 of matrix l / 8 begins. From sm_75 on.
//     multiply_matrices<T>(sums, a, b0, b1)  a warp's 16 x 8 sums += 16 x 16 values times 16 x 8, of 16 bits, in fragments. From
//                                            sm_75 on; of bf16 from sm_80 on.
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

#include "card/instructions.cuh"
#else
#include "emulation/emulation.h"
#endif
