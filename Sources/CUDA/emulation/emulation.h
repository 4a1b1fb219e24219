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
#include "numbers.h"
#include "runtime.h"

#define threadIdx (emulation::machine().current->place)
#define blockIdx (emulation::machine().block)
#define blockDim (emulation::machine().threads_of_block)
#define gridDim (emulation::machine().blocks_of_grid)

#define KLAUNCH(kernel, grid, block, shared, stream, ...) \
    ((void)(stream), emulation::launch(grid, block, shared, [=] { kernel(__VA_ARGS__); }))
#define CUDA_SHARED(T, name, count)                                     \
    static thread_local emulation::shared_memory name##_memory;         \
    T *const name = static_cast<T *>(name##_memory.of_block(sizeof(T) * (count)))
#define CUDA_DYN_SHARED(T, name) T *const name = static_cast<T *>(emulation::machine().dynamic.bytes())

template <typename T> T *advanced(T *from, unsigned bytes, unsigned steps) {
    return reinterpret_cast<T *>(reinterpret_cast<uintptr_t>(from) + static_cast<uintptr_t>(bytes) * steps);
}

constexpr bool copies_take_registers = false;
/// As on a card of the emulated capability: below sm_80 what is copied waits in registers.
class copy_ahead {
    unsigned char held[emulation::pending_copies::copied];

    static bool is_asynchronous() {
        static const bool is = emulation::capability() >= 80;
        return is;
    }

public:
    void begin(void *to, const void *from, int bytes) {
        if (!is_asynchronous()) return emulation::pending_copies::finish(held, from, bytes);
        if (!emulation::machine().current->copies.begin(to, from, bytes)) {
            emulation::die("a copy to where another is under way");
        }
    }
    void end(void *to) {
        if (!is_asynchronous()) memcpy(to, held, sizeof held);
    }
};
inline void copies_commit() { emulation::machine().current->copies.commit(); }
template <int groups> void copies_wait() { emulation::machine().current->copies.wait(groups); }
