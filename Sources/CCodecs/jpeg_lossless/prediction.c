// Rows are predicted in place, where their differences were put.
#include "row.h"

void ll_predict_row(uint16_t *row, const uint16_t *above, uint32_t columns, uint8_t selection) {
    row[0] = (uint16_t)(row[0] + above[0]);
    uint32_t a = row[0];
    switch (selection) {
#define PREDICT(expression)                                \
    for (uint32_t x = 1; x < columns; x++) {               \
        const int32_t b = above[x], c = above[x - 1];      \
        (void)b, (void)c;                                  \
        a = (uint16_t)(row[x] + (expression));             \
        row[x] = (uint16_t)a;                              \
    }                                                      \
    break
    case 1: PREDICT(a);
    case 2: PREDICT(b);
    case 3: PREDICT(c);
    case 4: PREDICT((int32_t)a + b - c);
    case 5: PREDICT((int32_t)a + ((b - c) >> 1));
    case 6: PREDICT(b + (((int32_t)a - c) >> 1));
    default: PREDICT(((int32_t)a + b) >> 1);
#undef PREDICT
    }
}

void ll_predict_first_row(uint16_t *row, uint32_t columns, uint32_t middle) {
    uint32_t value = middle;
    for (uint32_t x = 0; x < columns; x++) row[x] = (uint16_t)(value = (uint16_t)(value + row[x]));
}
