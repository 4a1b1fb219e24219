// The threads of a block as fibres of one host thread. A fibre gives way only at a barrier or a warp's rendezvous, and goes
// on when all whom that waits for have come: where they cannot come any more, the program says so and ends.
#pragma once

#include <csetjmp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <ucontext.h>
#include <vector>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#define EMULATION_LEAVES(fake, stack, bytes) __sanitizer_start_switch_fiber(fake, stack, bytes)
#define EMULATION_ENTERED(fake, stack, bytes) __sanitizer_finish_switch_fiber(fake, stack, bytes)
#else
#define EMULATION_LEAVES(fake, stack, bytes) ((void)(fake))
#define EMULATION_ENTERED(fake, stack, bytes) ((void)(fake))
#endif

#include "copies.h"

struct dim3 {
    unsigned x, y, z;
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
};

namespace emulation {

enum class state { runs, at_barrier, at_rendezvous, done };

constexpr size_t stack_bytes = 48 << 10;

struct fibre {
    ucontext_t context;
    jmp_buf back;
    bool started = false;
    std::unique_ptr<char[]> stack;
    void *fake_stack = nullptr;
    state now = state::runs;
    dim3 place;
    unsigned number = 0;
    uint64_t slot = 0;
    unsigned mask = 0;
    /// What it shows to its warp.
    const void *shown = nullptr;
    pending_copies copies;
};

/// A heap block of its own, so that AddressSanitizer sees where it ends.
class poisoned_bytes {
    std::unique_ptr<char[]> held;
    size_t count = 0;

public:
    void renew(size_t bytes) {
        if (bytes != count || !held) held.reset(new char[bytes]), count = bytes;
        memset(held.get(), poison, bytes);
    }
    void *bytes() { return held.get(); }
};

struct machine_state {
    jmp_buf scheduler;
    void *scheduler_fake_stack = nullptr;
    const void *scheduler_stack = nullptr;
    size_t scheduler_bytes = 0;
    std::vector<std::unique_ptr<fibre>> fibres;
    fibre *current = nullptr;
    dim3 block, threads_of_block, blocks_of_grid;
    unsigned threads = 0;
    uint64_t blocks_begun = 0;
    std::function<void()> kernel;
    poisoned_bytes dynamic;
};

inline machine_state &machine() {
    static thread_local machine_state state;
    return state;
}

[[noreturn]] inline void die(const char *what) {
    const dim3 block = machine().block;
    fprintf(stderr, "emulation: %s (block %u, %u, %u)\n", what, block.x, block.y, block.z);
    abort();
}

/// A __shared__ array: poisoned for each block.
class shared_memory {
    poisoned_bytes memory;
    uint64_t block = 0;

public:
    void *of_block(size_t bytes) {
        if (block != machine().blocks_begun) memory.renew(bytes), block = machine().blocks_begun;
        return memory.bytes();
    }
};

inline void give_way(state now) {
    machine_state &m = machine();
    fibre *self = m.current;
    self->now = now;
    if (_setjmp(self->back) == 0) {
        EMULATION_LEAVES(&self->fake_stack, m.scheduler_stack, m.scheduler_bytes);
        _longjmp(m.scheduler, 1);
    }
    EMULATION_ENTERED(self->fake_stack, &m.scheduler_stack, &m.scheduler_bytes);
}

inline void fibre_entry() {
    EMULATION_ENTERED(nullptr, &machine().scheduler_stack, &machine().scheduler_bytes);
    for (;;) {
        machine().kernel();
        if (!machine().current->copies.all_arrived()) die("a thread that ends while copies of its own are under way");
        give_way(state::done);
    }
}

inline void resume(fibre &next) {
    machine_state &m = machine();
    m.current = &next;
    if (_setjmp(m.scheduler) == 0) {
        EMULATION_LEAVES(&m.scheduler_fake_stack, next.stack.get(), stack_bytes);
        if (next.started) _longjmp(next.back, 1);
        next.started = true;
        setcontext(&next.context);
    }
    EMULATION_ENTERED(machine().scheduler_fake_stack, nullptr, nullptr);
}

inline void make_ready(unsigned number) {
    machine_state &m = machine();
    if (m.fibres.size() <= number) m.fibres.push_back(std::make_unique<fibre>());
    fibre &one = *m.fibres[number];
    const dim3 size = m.threads_of_block;
    one.number = number;
    one.place = dim3(number % size.x, number / size.x % size.y, number / (size.x * size.y));
    one.now = state::runs;
    if (one.stack) return;
    one.stack.reset(new char[stack_bytes]);
    getcontext(&one.context);
    one.context.uc_stack.ss_sp = one.stack.get();
    one.context.uc_stack.ss_size = stack_bytes;
    one.context.uc_link = nullptr;
    makecontext(&one.context, fibre_entry, 0);
}

/// Lets a warp go on whose lanes have all come to the same rendezvous.
inline bool free_warp(unsigned warp) {
    machine_state &m = machine();
    const unsigned lanes = m.threads - warp * 32 < 32 ? m.threads - warp * 32 : 32;
    const unsigned all = lanes == 32 ? ~0u : (1u << lanes) - 1;
    unsigned waiting = 0, mask = 0;
    bool agree = true;
    for (unsigned lane = 0; lane < lanes; lane++) {
        const fibre &one = *m.fibres[warp * 32 + lane];
        if (one.now != state::at_rendezvous) continue;
        if (!waiting) mask = one.mask;
        waiting |= 1u << lane;
        agree &= one.mask == mask;
    }
    if (!waiting || !agree || (mask & all) != waiting) return false;
    for (unsigned lane = 0; lane < lanes; lane++) {
        if (waiting >> lane & 1) m.fibres[warp * 32 + lane]->now = state::runs;
    }
    return true;
}

inline bool runs_backwards() {
    static const bool backwards = [] {
        const char *order = getenv("MAMMO_CUDA_EMULATION");
        return order && strcmp(order, "reverse") == 0;
    }();
    return backwards;
}

/// Runs a warp until none of its threads can go on before others have come to a barrier. False where none could at all.
inline bool run_warp(unsigned warp) {
    machine_state &m = machine();
    const unsigned first = warp * 32, lanes = m.threads - first < 32 ? m.threads - first : 32;
    bool moved = false;
    do {
        for (unsigned i = 0; i < lanes; i++) {
            fibre &one = *m.fibres[first + (runs_backwards() ? lanes - 1 - i : i)];
            if (one.now == state::runs) resume(one), moved = true;
        }
    } while (free_warp(warp));
    return moved;
}

/// A warp runs as far ahead of the others as barriers let it, which is what shows that one is missing.
inline void run_block() {
    machine_state &m = machine();
    m.blocks_begun++;
    for (unsigned i = 0; i < m.threads; i++) make_ready(i);
    const unsigned warps = (m.threads + 31) / 32;
    for (;;) {
        bool moved = false;
        for (unsigned i = 0; i < warps; i++) moved |= run_warp(runs_backwards() ? warps - 1 - i : i);
        unsigned done = 0, at_barrier = 0;
        for (unsigned i = 0; i < m.threads; i++) {
            done += m.fibres[i]->now == state::done;
            at_barrier += m.fibres[i]->now == state::at_barrier;
        }
        if (done == m.threads) return;
        if (at_barrier == m.threads) {
            for (unsigned i = 0; i < m.threads; i++) m.fibres[i]->now = state::runs;
            moved = true;
        }
        if (!moved) {
            die(at_barrier ? "a barrier that some threads do not come to"
                           : "a warp's rendezvous that some of its lanes do not come to");
        }
    }
}

template <typename Kernel> void launch(dim3 grid, dim3 block, size_t shared_bytes, Kernel kernel) {
    machine_state &m = machine();
    if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 0x7FFFFFFF || grid.y > 65535 || grid.z > 65535 ||
        block.x * block.y * block.z == 0 || block.x * block.y * block.z > 1024 || shared_bytes > 48 << 10) {
        die("a launch that no card takes");
    }
    m.blocks_of_grid = grid;
    m.threads_of_block = block;
    m.threads = block.x * block.y * block.z;
    m.kernel = kernel;
    for (unsigned z = 0; z < grid.z; z++) {
        for (unsigned y = 0; y < grid.y; y++) {
            for (unsigned x = 0; x < grid.x; x++) {
                m.block = dim3(x, y, z);
                m.dynamic.renew(shared_bytes);
                run_block();
            }
        }
    }
}

/// Each lane shows a value and takes that of another; `lane` out of range takes its own.
template <typename T> T exchange(unsigned mask, T value, int lane) {
    static_assert(sizeof(T) <= sizeof(uint64_t), "a shuffle moves 8 bytes at most");
    machine_state &m = machine();
    fibre &self = *m.current;
    memcpy(&self.slot, &value, sizeof value);
    self.mask = mask;
    give_way(state::at_rendezvous);
    const unsigned source = lane < 0 || lane > 31 ? self.number : (self.number & ~31u) + lane;
    if (source >= m.threads || !(mask >> (source & 31) & 1)) die("a shuffle from a lane that takes no part");
    T taken;
    memcpy(&taken, &m.fibres[source]->slot, sizeof taken);
    give_way(state::at_rendezvous);  // the slot may be written again only when all have read
    return taken;
}

inline int lane() { return machine().current->number & 31; }

}  // namespace emulation

inline void __syncthreads() { emulation::give_way(emulation::state::at_barrier); }

inline void __syncwarp(unsigned mask = ~0u) {
    emulation::machine().current->mask = mask;
    emulation::give_way(emulation::state::at_rendezvous);
}

template <typename T> T __shfl_sync(unsigned mask, T value, int lane) { return emulation::exchange(mask, value, lane & 31); }
template <typename T> T __shfl_xor_sync(unsigned mask, T value, int bits) {
    return emulation::exchange(mask, value, emulation::lane() ^ bits);
}
template <typename T> T __shfl_down_sync(unsigned mask, T value, int lanes) {
    return emulation::exchange(mask, value, emulation::lane() + lanes);
}
template <typename T> T __shfl_up_sync(unsigned mask, T value, int lanes) {
    return emulation::exchange(mask, value, emulation::lane() - lanes);
}

inline unsigned __ballot_sync(unsigned mask, int predicate) {
    unsigned votes = 0;
    for (int lane = 0; lane < 32; lane++) {
        if (mask >> lane & 1) votes |= (emulation::exchange(mask, predicate != 0, lane) ? 1u : 0u) << lane;
    }
    return votes;
}
