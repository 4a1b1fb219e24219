// What the sources are written for: CUDA, or a host compiler with fibres for threads. Nothing else asks which it is.
//
//     KLAUNCH(kernel, grid, block, shared bytes, stream, arguments...)   instead of kernel<<<...>>>(...)
//     CUDA_SHARED(T, name, count)                                        instead of __shared__ T name[count]
//     CUDA_DYN_SHARED(T, name)                                           instead of extern __shared__ T name[]
//     approximate_exp2(x), approximate_reciprocal(x)                     one instruction each: within 2^-22 of the value as a
//                                                                        share of it; zero where that is below 2^-126
//     advanced(pointer, bytes, steps)                                    in the card's memory, so many steps of so many bytes on,
//                                                                        by one instruction
//     load_matrices(out, row)                four matrices of 8 x 8 values of 16 bits from shared memory: lane l gives where
//     load_matrices_transposed(out, row)     row l % 8 of matrix l / 8 begins. From sm_75 on.
//     multiply_matrices<T>(sums, a, b0, b1)  a warp's 16 x 8 sums += 16 x 16 values times 16 x 8, of 16 bits, in fragments. From
//                                            sm_75 on; of bf16 from sm_80 on.
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

#include "card/instructions.cuh"
#else
#include "emulation/emulation.h"
#endif
