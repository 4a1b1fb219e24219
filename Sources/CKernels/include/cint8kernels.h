// The inner loops of prediction in 8 bits: products of unsigned activations and signed weights, summed in 32 bits, with what
// brings values from single precision to 8 bits and back.
//
// An activation v is stored as q = round(v * factor + shift) between 0 and 255, with a factor and a shift for each channel;
// the weights have the factors' inverses in them, and a product's `offset` what the shifts add up to. Strides of rows of
// bytes are counted in bytes, those of floats in floats. A result depends on its own row alone.
#ifndef CINT8KERNELS_H
#define CINT8KERNELS_H

#include <stddef.h>
#include <stdint.h>

/// What is done with a product's sums, each of which becomes value = sum * scale + offset.
typedef enum {
    ckernels_int8_store,         // out = value
    ckernels_int8_add_residual,  // out = residual + value
    ckernels_int8_gelu,          // quantised = GELU(value) in 8 bits
} ckernels_int8_finish;

/// rows (row_count × depth) times weights (depth × columns).
typedef struct {
    const uint8_t *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    /// A multiple of four.
    ptrdiff_t depth;
    /// Where a row's values are not next to each other: as many runs of `depth` values, `run_stride` from one to the next. The
    /// weights have all runs one after another.
    ptrdiff_t runs;
    ptrdiff_t run_stride;
    /// The weights in panels of `panel_columns` columns: within a panel, four depths of each column, then the next four of
    /// each. Columns beyond the last are zeros.
    const int8_t *panels;
    ptrdiff_t panel_stride;
    ptrdiff_t columns;
    /// One for each column, padded to whole panels; so are the following.
    const float *scale;
    const float *offset;
    ckernels_int8_finish finish;
    /// Not for ckernels_int8_gelu.
    float *out;
    ptrdiff_t out_stride;
    /// For ckernels_int8_add_residual alone.
    const float *residual;
    ptrdiff_t residual_stride;
    /// For ckernels_int8_gelu alone. Whole panels are written, of which nothing beyond `columns` is defined.
    uint8_t *quantised;
    ptrdiff_t quantised_stride;
    const float *factor;
    const float *shift;
} ckernels_int8_product;

/// Normalisation of each row over its channels, (value - mean) / sqrt(variance + epsilon), in 8 bits.
typedef struct {
    const float *rows;
    ptrdiff_t row_stride;
    ptrdiff_t row_count;
    ptrdiff_t channels;
    float epsilon;
    const float *factor;
    const float *shift;
    uint8_t *out;
    ptrdiff_t out_stride;
} ckernels_int8_norm;

/// The kernels of one instruction set.
typedef struct {
    const char *name;
    /// The columns of a panel of weights, and the rows of a product's tile.
    ptrdiff_t panel_columns;
    ptrdiff_t tile_rows;
    void (*product)(const ckernels_int8_product *product);
    void (*norm)(const ckernels_int8_norm *norm);
} ckernels_int8_kernels;

/// Plain kernels that the fast ones are checked against: the same sums, and the norm and the exact GELU in double precision.
extern const ckernels_int8_kernels ckernels_int8_reference;

/// The fastest kernels; NULL where this CPU has no AVX-512 VNNI.
const ckernels_int8_kernels *ckernels_int8_best(void);

#endif
