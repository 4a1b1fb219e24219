// The inner loops of MammoImage that the compiler makes vectors of. Plain C, no allocation, no global state.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

/// The binary places of a resampling weight in fixed point: what 32 bits leave beside 8 of the pixel and 2 for the sum.
enum { ckernels_weight_bits = 32 - 8 - 2 };

/// The source values that one resampled value is the weighted sum of; all of them lie within the source.
typedef struct {
    int32_t first;
    int32_t count;  // at most `taps`
} ckernels_span;

/// Resamples each row of `source` (rows × columns) to `out_columns` values. Value x is the sum over `spans[x]` with the
/// weights from `weights[x * taps]` on, rounded and held to 0 to 255.
void ckernels_resample_columns(
    const uint8_t *source, size_t rows, size_t columns, const ckernels_span *spans, const int32_t *weights, size_t taps,
    uint8_t *resampled, size_t out_columns);

/// Resamples each column of `source`, whose rows have `columns` values, to `out_rows` values in the same way.
void ckernels_resample_rows(
    const uint8_t *source, size_t columns, const ckernels_span *spans, const int32_t *weights, size_t taps,
    uint8_t *resampled, size_t out_rows);

#endif
