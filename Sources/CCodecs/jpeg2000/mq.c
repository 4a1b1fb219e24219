#include "mq.h"

// Table C.2. A row: Qe, the states after the more and the less probable symbol, and whether the latter changes which
// symbol is the more probable.
#define STATE(i, qe, more, less, change) \
    (uint64_t)qe << 48 | (2 * less + change) << 8 | (2 * more), \
    (uint64_t)qe << 48 | 1 << 16 | (2 * less + 1 - change) << 8 | (2 * more + 1)

const j2k_mq_state j2k_mq_states[J2K_MQ_STATES] = {
    STATE(0, 0x5601, 1, 1, 1),     STATE(1, 0x3401, 2, 6, 0),     STATE(2, 0x1801, 3, 9, 0),
    STATE(3, 0x0AC1, 4, 12, 0),    STATE(4, 0x0521, 5, 29, 0),    STATE(5, 0x0221, 38, 33, 0),
    STATE(6, 0x5601, 7, 6, 1),     STATE(7, 0x5401, 8, 14, 0),    STATE(8, 0x4801, 9, 14, 0),
    STATE(9, 0x3801, 10, 14, 0),   STATE(10, 0x3001, 11, 17, 0),  STATE(11, 0x2401, 12, 18, 0),
    STATE(12, 0x1C01, 13, 20, 0),  STATE(13, 0x1601, 29, 21, 0),  STATE(14, 0x5601, 15, 14, 1),
    STATE(15, 0x5401, 16, 14, 0),  STATE(16, 0x5101, 17, 15, 0),  STATE(17, 0x4801, 18, 16, 0),
    STATE(18, 0x3801, 19, 17, 0),  STATE(19, 0x3401, 20, 18, 0),  STATE(20, 0x3001, 21, 19, 0),
    STATE(21, 0x2801, 22, 19, 0),  STATE(22, 0x2401, 23, 20, 0),  STATE(23, 0x2201, 24, 21, 0),
    STATE(24, 0x1C01, 25, 22, 0),  STATE(25, 0x1801, 26, 23, 0),  STATE(26, 0x1601, 27, 24, 0),
    STATE(27, 0x1401, 28, 25, 0),  STATE(28, 0x1201, 29, 26, 0),  STATE(29, 0x1101, 30, 27, 0),
    STATE(30, 0x0AC1, 31, 28, 0),  STATE(31, 0x09C1, 32, 29, 0),  STATE(32, 0x08A1, 33, 30, 0),
    STATE(33, 0x0521, 34, 31, 0),  STATE(34, 0x0441, 35, 32, 0),  STATE(35, 0x02A1, 36, 33, 0),
    STATE(36, 0x0221, 37, 34, 0),  STATE(37, 0x0141, 38, 35, 0),  STATE(38, 0x0111, 39, 36, 0),
    STATE(39, 0x0085, 40, 37, 0),  STATE(40, 0x0049, 41, 38, 0),  STATE(41, 0x0025, 42, 39, 0),
    STATE(42, 0x0015, 43, 40, 0),  STATE(43, 0x0009, 44, 41, 0),  STATE(44, 0x0005, 45, 42, 0),
    STATE(45, 0x0001, 45, 43, 0),  STATE(46, 0x5601, 46, 46, 0),
};

__attribute__((cold, noinline)) j2k_mq_bytes j2k_mq_load_slowly(uint64_t c, const uint8_t *next, bool *odd) {
    uint32_t room = 48;
    while (room >= 8) {
        if (next[-1] != 0xFF) {
            room -= 8;
            c -= (uint64_t)*next++ << room;
        } else if (*next > 0x8F) {  // a marker: ones to the end
            room -= 8;
            c -= (uint64_t)0xFF << room;
        } else {
            // Seven bits and a carry, which is due only when all bits before it have been used.
            if (*next & 0x80 && room != 48) break;
            room -= 7;
            const uint64_t bits = (uint64_t)*next++ << room;
            if (bits >= c) *odd = true;
            c -= bits;
        }
    }
    return (j2k_mq_bytes){c, next, 48 - room};
}
