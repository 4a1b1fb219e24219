// CUDA for a host compiler: each thread of a block is a fibre, blocks run one after another, a device's memory is the
// host's. It shows what a kernel computes, a barrier that some threads miss, a shuffle from a lane that is not there, reads
// of shared or device memory that nothing was written to (they are NaN), and with AddressSanitizer reads beyond the end.
// It cannot show races between blocks, how exact a card's functions are, nor how fast anything is.
//
// settings.h lists the environment variables that say what is emulated. Each host thread has a machine of its own.
#pragma once

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline __attribute__((always_inline))
#define __launch_bounds__(...)
#define __restrict__ __restrict

#include "fibres.h"
#include "graphs.h"
#include "instructions.h"
#include "numbers.h"
#include "runtime.h"

#define threadIdx (emulation::machine().current->place)
#define blockIdx (emulation::machine().block)
#define blockDim (emulation::machine().threads_of_block)
#define gridDim (emulation::machine().blocks_of_grid)

#define KLAUNCH(kernel, grid, block, shared, stream, ...) \
    emulation::submit(stream, [=] { emulation::launch(grid, block, shared, [=] { kernel(__VA_ARGS__); }); })
#define CUDA_SHARED(T, name, count)                                     \
    static thread_local emulation::shared_memory name##_memory;         \
    T *const name = static_cast<T *>(name##_memory.of_block(sizeof(T) * (count)))
#define CUDA_DYN_SHARED(T, name) T *const name = static_cast<T *>(emulation::machine().dynamic.bytes())
