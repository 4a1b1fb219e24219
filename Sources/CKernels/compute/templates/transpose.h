// A square of LANES rows of LANES values, transposed in registers: in each round, rows of the upper and of the lower half are
// interleaved, as cards in a perfect shuffle.

#if LANES == 16
#define ZIP_LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define ZIP_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
enum { transpose_rounds = 4 };
#elif LANES == 8
#define ZIP_LOW 0, 8, 1, 9, 2, 10, 3, 11
#define ZIP_HIGH 4, 12, 5, 13, 6, 14, 7, 15
enum { transpose_rounds = 3 };
#else
#define ZIP_LOW 0, 4, 1, 5
#define ZIP_HIGH 2, 6, 3, 7
enum { transpose_rounds = 2 };
#endif

INLINE void transpose(vector rows[LANES]) {
    UNROLLED for (int round = 0; round < transpose_rounds; round++) {
        vector shuffled[LANES];
        UNROLLED for (int i = 0; i < LANES / 2; i++) {
            shuffled[2 * i] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], ZIP_LOW);
            shuffled[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + LANES / 2], ZIP_HIGH);
        }
        UNROLLED for (int i = 0; i < LANES; i++) rows[i] = shuffled[i];
    }
}
#undef ZIP_LOW
#undef ZIP_HIGH
