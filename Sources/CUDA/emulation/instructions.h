// What card/instructions.cuh has, on the host.
#pragma once

#include "fibres.h"
#include "numbers.h"
#include "settings.h"

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace emulation {

/// All lanes of a warp show a value each; body(values of lane 0 ... 31) runs in each lane before any of them goes on.
template <typename T, typename Body> void with_shown(const T &value, Body body) {
    machine_state &m = machine();
    fibre &self = *m.current;
    self.shown = &value;
    self.mask = ~0u;
    give_way(state::at_rendezvous);
    const unsigned first = self.number & ~31u;
    body([&](unsigned lane) -> const T & { return *static_cast<const T *>(m.fibres[first + lane]->shown); });
    give_way(state::at_rendezvous);
}

inline uint16_t sixteen_bits_at(const void *row, unsigned place) {
    uint16_t bits;
    memcpy(&bits, static_cast<const char *>(row) + 2 * place, sizeof bits);
    return bits;
}

template <typename T> float number_of(uint32_t pair, unsigned half) {
    const uint16_t bits = static_cast<uint16_t>(pair >> (16 * half));
    T number;
    memcpy(&number, &bits, sizeof number);
    if constexpr (std::is_same_v<T, __half>) return __half2float(number);
    else return __bfloat162float(number);
}

template <bool transposed> void load_matrices(uint32_t (&out)[4], const void *row) {
    if (reinterpret_cast<uintptr_t>(row) % 16 != 0) die("a row of a matrix that does not begin at a multiple of 16 bytes");
    const unsigned own = lane();
    with_shown(row, [&](auto row_of) {
        for (unsigned matrix = 0; matrix < 4; matrix++) {
            const unsigned first = 8 * matrix, along = own / 4, across = 2 * (own % 4);
            const uint32_t low = transposed ? sixteen_bits_at(row_of(first + across), along)
                                            : sixteen_bits_at(row_of(first + along), across);
            const uint32_t high = transposed ? sixteen_bits_at(row_of(first + across + 1), along)
                                             : sixteen_bits_at(row_of(first + along), across + 1);
            out[matrix] = low | high << 16;
        }
    });
}

}  // namespace emulation

/// As a card's instructions that flush what is below the normal numbers, taken and given, to zero; they are exact here.
inline float flushed(float number) { return std::fabs(number) < 0x1p-126f ? 0 * number : number; }
inline float approximate_exp2(float x) { return flushed(std::exp2(x)); }
inline float approximate_reciprocal(float x) { return flushed(1 / flushed(x)); }

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

inline void load_matrices(uint32_t (&out)[4], const void *row) { emulation::load_matrices<false>(out, row); }
inline void load_matrices_transposed(uint32_t (&out)[4], const void *row) { emulation::load_matrices<true>(out, row); }

template <typename T> constexpr bool multiplies_matrices = true;

/// A card adds up a product's terms in an order of its own; here they are added to the sum one after another.
template <typename T>
void multiply_matrices(float (&sums)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1) {
    struct fragments {
        const uint32_t (&a)[4];
        uint32_t b[2];
    };
    const unsigned own = emulation::lane(), row = own / 4, column = 2 * (own % 4);
    emulation::with_shown(fragments{a, {b0, b1}}, [&](auto of) {
        for (unsigned i = 0; i < 4; i++) {
            const unsigned upper = i / 2, n = column + i % 2;
            for (unsigned k = 0; k < 16; k++) {
                const unsigned half = k % 2, pair = k % 8 / 2, later = k / 8;
                sums[i] += emulation::number_of<T>(of(4 * row + pair).a[2 * later + upper], half) *
                           emulation::number_of<T>(of(4 * n + pair).b[later], half);
            }
        }
    });
}
