// The inner loops of MammoImage. Plain C, no allocation, no global state.
//
// Those in the table `ckernels_image_kernels` are written for several instruction sets and give the same values on
// each; beside each stands `reference`, which says plainly what that is.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "cinstructions.h"

#include <stddef.h>
#include <stdint.h>

/// Counts of each 8-bit value. They are kept several times over, so that two equal values in a row need not wait for
/// each other; a value's count is the sum over the lanes.
enum { ckernels_histogram_lanes = 4 };
typedef struct {
    uint32_t counts[ckernels_histogram_lanes][256];
} ckernels_histogram;

/// What a row needs beside itself in `smooth`: two more sums on either side.
enum { ckernels_smooth_margin = 2 };

/// The kernels in the form for one instruction set.
typedef struct {
    /// Which that is.
    ckernels_instruction_set instructions;

    /// The smallest and the largest of `values`, each with the bits of `flip` turned round first (0x8000 makes signed
    /// values sort as unsigned ones); `extremes` is widened by them.
    void (*range)(const uint16_t *values, size_t count, uint16_t flip, uint16_t extremes[2]);

    /// One row of an image smoothed by the binomial 1 4 6 4 1 both ways, rounded half up, from the five rows around it;
    /// left and right it is mirrored without repeating the border. `sums` has room for `columns` and a margin on each
    /// side.
    void (*smooth)(const uint8_t *const rows[5], size_t columns, uint16_t *sums, uint8_t *smoothed);

    /// Adds the counts of `values`.
    void (*count)(const uint8_t *values, size_t count, ckernels_histogram *histogram);

    /// A bit for each value, set where it is above `threshold`; the bits behind the last are 0.
    void (*above)(const uint8_t *values, size_t count, uint8_t threshold, uint64_t *bits);
} ckernels_image_kernels;

/// The table of an instruction set that this CPU has; NULL where it has not.
const ckernels_image_kernels *ckernels_image_kernels_for(ckernels_instruction_set set);

/// The table for this CPU.
const ckernels_image_kernels *ckernels_best_image_kernels(void);

/// Plain loops that say what each kernel's values are.
extern const ckernels_image_kernels ckernels_image_reference;

/// Where an image that is mirrored without repeating its border has the place `i`, which may lie outside.
size_t ckernels_mirrored(ptrdiff_t i, size_t count);

/// Looks every value up in a table of 65,536 entries.
void ckernels_look_up_8(const uint16_t *values, size_t count, const uint8_t *table, uint8_t *found);
void ckernels_look_up_16(const uint16_t *values, size_t count, const uint16_t *table, uint16_t *found);

/// A run of set bits: from `first` to before `end`.
typedef struct {
    uint32_t first;
    uint32_t end;
} ckernels_run;

/// The runs of `count` bits in rising order; `runs` has room for (count + 1) / 2. Bits behind the last are 0.
size_t ckernels_runs(const uint64_t *bits, size_t count, ckernels_run *runs);

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
