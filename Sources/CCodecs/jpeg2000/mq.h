// The MQ decoder (T.800 annex C), without a branch on what it decodes: in a mammogram's last bit planes every decision
// is a toss of a coin, and a mispredicted branch costs more than all of the arithmetic.
//
// As in the standard's software conventions (figure J.1), C is kept as its distance from A: the more probable symbol
// then changes A alone. Both are at the top of 64-bit registers: what lies below C's 16 bits are bits of the stream
// loaded ahead, up to 48 of them.
#ifndef J2K_MQ_H
#define J2K_MQ_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define J2K_INLINE static inline __attribute__((always_inline))
#define J2K_CHANCE(condition) __builtin_unpredictable(condition)

enum {
    J2K_CONTEXT_RUN = 17,
    J2K_CONTEXT_UNIFORM = 18,
    J2K_CONTEXTS = 19,
    J2K_MQ_STATES = 94,       // 47 states for either sense of the more probable symbol
    J2K_MQ_PADDING = 16       // bytes of FF that must lie behind the data
};

/// One adaptive state. Bits 48 to 63: Qe; 16: the more probable symbol; 8 to 15: the state after the less probable
/// one; 0 to 7: the state after the more probable one.
typedef uint64_t j2k_mq_state;

extern const j2k_mq_state j2k_mq_states[J2K_MQ_STATES];

typedef struct {
    uint64_t a;
    uint64_t c;           // A less the standard's C
    const uint8_t *next;  // next[-1] is the byte loaded last
    uint32_t bits;        // loaded ahead
} j2k_mq;

typedef struct {
    uint64_t c;
    const uint8_t *next;
    uint32_t bits;
} j2k_mq_bytes;

/// BYTEIN (C.3.4) up to six times, where there is an FF among the bytes. Sets `*odd` where a carry leaves the interval,
/// which no encoder writes and every decoder takes otherwise.
j2k_mq_bytes j2k_mq_load_slowly(uint64_t c, const uint8_t *next, bool *odd);

static inline uint64_t j2k_big_endian_64(const uint8_t *p) {
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return __builtin_bswap64(word);
}

/// Shifts A and C by `count` bits, of which more are asked for than are loaded.
J2K_INLINE void j2k_mq_shift_and_load(j2k_mq *mq, uint32_t count, bool *odd) {
    const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
    mq->a <<= count;
    mq->c <<= mq->bits;
    count -= mq->bits;
    const uint64_t word = j2k_big_endian_64(mq->next - 1);
    // A byte of FF is a byte of zero in the complement; the last of the eight does not matter.
    if (__builtin_expect((((~word - ones) & word & tops) >> 8) == 0, 1)) {
        mq->c -= word << 8 >> 16;
        mq->next += 6;
        mq->bits = 48;
    } else {
        const j2k_mq_bytes loaded = j2k_mq_load_slowly(mq->c, mq->next, odd);
        mq->c = loaded.c;
        mq->next = loaded.next;
        mq->bits = loaded.bits;
    }
    mq->c <<= count;
    mq->bits -= count;
}

J2K_INLINE void j2k_mq_renormalize(j2k_mq *mq, uint32_t count, bool *odd) {
    if (__builtin_expect(count > mq->bits, 0)) {
        j2k_mq_shift_and_load(mq, count, odd);
    } else {
        mq->a <<= count;
        mq->c <<= count;
        mq->bits -= count;
    }
}

/// INITDEC (C.3.5).
static inline void j2k_mq_start(j2k_mq *mq, const uint8_t *data, bool *odd) {
    mq->a = (uint64_t)0x8000 << 41;
    mq->c = mq->a - ((uint64_t)data[0] << 48);
    mq->next = data + 1;
    mq->bits = 0;
    j2k_mq_shift_and_load(mq, 7, odd);
}

/// Keeps the compiler from moving what makes `value` behind a choice that it is for.
#define J2K_NOW(value) __asm__("" : "+r"(value))

/// DECODE (C.3.2): hands back the decision, and in `*state` the state it leaves behind.
J2K_INLINE uint32_t j2k_mq_decode(j2k_mq *mq, j2k_mq_state *state, bool *odd) {
    const j2k_mq_state now = *state;
    // Both successors are fetched while the decision is still open: it waits for no memory.
    j2k_mq_state more = j2k_mq_states[now & 0xFF], less = j2k_mq_states[now >> 8 & 0xFF];
    J2K_NOW(more);
    J2K_NOW(less);
    const uint64_t qe = now & (uint64_t)0xFFFF << 48;
    const uint64_t rest = mq->a - qe;
    // The conditional exchange: where Qe is the larger part, it stands for the more probable symbol.
    const bool exchange = rest < qe, lower = mq->c > rest;
    uint64_t taken = J2K_CHANCE(lower) ? rest : 0;
    J2K_NOW(taken);
    j2k_mq_state if_upper = J2K_CHANCE((int64_t)rest < 0) ? now : more;
    if_upper = J2K_CHANCE(exchange) ? less : if_upper;
    j2k_mq_state if_lower = J2K_CHANCE(exchange) ? more : less;
    J2K_NOW(if_upper);
    J2K_NOW(if_lower);
    *state = J2K_CHANCE(lower) ? if_lower : if_upper;
    mq->a = J2K_CHANCE(lower) ? qe : rest;
    mq->c -= taken;
    j2k_mq_renormalize(mq, (uint32_t)__builtin_clzll(mq->a), odd);
    return (uint32_t)(now >> 16 & 1) ^ (lower ^ exchange);
}

/// The same for contexts that are mostly right: one comparison where nothing but A changes.
J2K_INLINE uint32_t j2k_mq_decode_likely(j2k_mq *mq, j2k_mq_state *state, bool *odd) {
    const j2k_mq_state now = *state;
    const uint64_t rest = mq->a - (now >> 48 << 48);
    if (__builtin_expect(mq->c <= rest && (int64_t)rest < 0, 1)) {
        mq->a = rest;
        return (uint32_t)(now >> 16 & 1);
    }
    return j2k_mq_decode(mq, state, odd);
}

#endif
