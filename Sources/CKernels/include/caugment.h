// The inner loops of the transforms that training images go through. Each but `remap_grid` and `resample_floats` gives what
// torchvision's functional transform of 8-bit tensors gives on x86-64 with AVX2 or AVX-512, to the bit: the steps in single
// precision, which of them are fused and which are not, and their order are PyTorch's.
#ifndef CAUGMENT_H
#define CAUGMENT_H

#include "ckernels.h"

/// How far beyond its edges an image for `ckernels_affine_*` has to be black, on every side.
enum { ckernels_affine_margin = 2 };

/// An image sampled along an affine map, as `grid_sample(padding_mode="zeros", align_corners=False)` does.
typedef struct {
    /// The image with its margin: (rows + 2 * margin) × (columns + 2 * margin).
    const uint8_t *padded;
    /// Rows and columns of the image without its margin; the sampled image has as many.
    int32_t rows;
    int32_t columns;
    /// What x, y (from the centre, in pixels) and 1 are multiplied by to give the source's place between -1 and 1 across…
    float across[3];
    /// …and down.
    float down[3];
} ckernels_affine;

/// Samples with four weights a pixel; what lies outside is black, and towards it pixels fade twice: torchvision multiplies
/// by the weight of what lies inside. The instruction set, which the CPU has to have, does not matter to the values.
void ckernels_affine_bilinear(ckernels_instruction_set set, const ckernels_affine *map, uint8_t *sampled);

/// Samples the nearest pixel, of two as near the even one.
void ckernels_affine_nearest(ckernels_instruction_set set, const ckernels_affine *map, uint8_t *sampled);

/// An image sampled where displacements lead, as torchvision's `elastic` does.
typedef struct {
    /// The image with its margin, as for `ckernels_affine`.
    const uint8_t *padded;
    /// Rows and columns of the image without its margin.
    int32_t rows;
    int32_t columns;
    /// The place of each column and of each row between -1 and 1.
    const float *column_places;
    const float *row_places;
    /// Smoothed noise, rows × columns each: times alpha over the image's width or height it is added to the places.
    const float *across;
    const float *down;
    float alpha;
} ckernels_elastic;

/// Samples with four weights a pixel, as `ckernels_affine_bilinear`.
void ckernels_elastic_bilinear(ckernels_instruction_set set, const ckernels_elastic *map, uint8_t *sampled);

/// `sums[i] = Σ weights[k] * source[i + k * stride]` for i below `count`, each product fused into the sum of those before it: a
/// filter along a row where `stride` is 1, along columns where it is a row's. The same values with every instruction set.
void ckernels_weighted_sums(
    ckernels_instruction_set set, const float *source, size_t stride, const float *weights, size_t taps, float *sums,
    size_t count);

/// Two neighbouring rows or columns, and how many 32nds of each are taken: 0 of one that lies outside.
typedef struct {
    int32_t first;
    int32_t second;
    int32_t first_part;
    int32_t second_part;
} ckernels_tap;

/// Samples `rows` × `columns` pixels of an image whose rows are `stride` apart; what has no part in either tap is black.
void ckernels_remap_grid(
    const uint8_t *pixels, size_t stride, const ckernels_tap *across, size_t columns, const ckernels_tap *down, size_t rows,
    uint8_t *sampled);

/// Which values each of `count` new ones is a sum of, and their weights, `taps` for each; a span has at least one value.
typedef struct {
    const ckernels_span *spans;
    const float *weights;
    size_t taps;
    size_t count;
} ckernels_axis;

/// Resamples an image whose rows have `columns` values: its columns first, a row of the result at a time, for which `line` has
/// room, then that row.
void ckernels_resample_floats(
    const float *source, size_t columns, const ckernels_axis *down, const ckernels_axis *across, float *line,
    float *resampled);

/// Resamples each row of `source` (rows × columns, `stride` from one row to the next) to `out_columns` values, with weights
/// of `bits` binary places. Otherwise as `ckernels_resample_columns`.
void ckernels_resample_columns_in_16_bits(
    const uint8_t *source, size_t rows, size_t stride, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_columns);

/// Resamples each column of `source`, whose rows have `columns` values, in the same way.
void ckernels_resample_rows_in_16_bits(
    const uint8_t *source, size_t stride, size_t columns, const ckernels_span *spans, const int16_t *weights, size_t taps,
    uint32_t bits, uint8_t *resampled, size_t out_rows);

#endif
