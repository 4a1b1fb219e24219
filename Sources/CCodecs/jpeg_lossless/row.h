// A row of the image: its differences out of the bits, and the prediction they are added to (ISO/IEC 10918-1 H.1.2).
#ifndef LL_ROW_H
#define LL_ROW_H

#include "bits.h"
#include "ccodecs.h"
#include "codes.h"

/// Fills `row` with its differences.
ccodecs_status ll_read_row(const ll_decoder *self, ll_bits *reader, uint16_t *row, uint32_t columns);

/// Adds the prediction to the differences of a row that has one above it (table H.1; all arithmetic modulo 2^16).
void ll_predict_row(uint16_t *row, const uint16_t *above, uint32_t columns, uint8_t selection);

/// The first row of the image or of a restart interval: predicted from the left, and from the middle of the range.
void ll_predict_first_row(uint16_t *row, uint32_t columns, uint32_t middle);

#endif
