// The network's inner loops in single precision, one set of them for each instruction set, chosen at run time.
//
// Images are rows of channels: the value of channel c at column x of row y is at ((y * columns) + x) * channels + c.
// Strides are counted in floats. A result depends on its own row alone, and sums over rows are added up in the order of
// rows: neither the division of rows into calls nor the thread that makes a call changes a bit.
#ifndef CFLOATKERNELS_H
#define CFLOATKERNELS_H

#include "cdepthwisekernels.h"
#include "cinstructions.h"
#include "cmessage.h"
#include "cproductkernels.h"
#include "crowkernels.h"
#include "ctrainingkernels.h"

#include <stddef.h>

/// The kernels of one instruction set.
typedef struct {
    const char *name;
    /// The columns of a panel of weights, and the rows of a product's tile: row counts that are its multiples are fastest.
    ptrdiff_t panel_columns;
    ptrdiff_t tile_rows;
    void (*product)(const ckernels_product *product);
    void (*outer)(const ckernels_outer *outer);
    void (*winograd_input)(const ckernels_winograd_input *input);
    void (*winograd_output)(const ckernels_winograd_output *output);
    void (*depthwise)(const ckernels_depthwise *depthwise);
    void (*depthwise_gradient)(const ckernels_depthwise_gradient *gradient);
    void (*depthwise_input_gradient)(const ckernels_depthwise_input_gradient *gradient);
    void (*layer_norm)(const ckernels_layer_norm *norm);
    void (*layer_norm_gradient)(const ckernels_layer_norm_gradient *gradient);
    void (*affine)(const ckernels_row_affine *affine);
    void (*affine_gradient)(const ckernels_row_affine_gradient *gradient);
    void (*moments)(const ckernels_moments *moments);
    void (*batch_norm_gradient)(const ckernels_batch_norm_gradient *gradient);
    void (*maxima)(const ckernels_maxima *maxima);
    void (*powers)(const ckernels_powers *powers);
    void (*powers_gradient)(const ckernels_powers_gradient *gradient);
    /// Adds `row_count` rows of `channels` values, in order, to `sums`.
    void (*add_rows)(
        const float *rows, ptrdiff_t row_stride, ptrdiff_t row_count, ptrdiff_t channels, float *sums);
    /// Adds the products of `row_count` rows of `channels` values with as many others, in order, to `sums`.
    void (*add_products)(
        const float *one, const float *other, ptrdiff_t row_count, ptrdiff_t channels, float *sums);
    void (*pack_columns)(const ckernels_packing *packing);
    void (*pack_rows)(const ckernels_packing *packing);
    /// out += scale * sums for `count` values; returns the sum of weights * sums.
    float (*add_scaled)(const float *sums, ptrdiff_t count, float scale, const float *weights, float *out);
    void (*add_normalised)(const ckernels_normalised_sums *sums);
    void (*adamw)(const ckernels_adamw *step);
    void (*sgd)(const ckernels_sgd *step);
} ckernels_float_kernels;

/// The plain scalar kernels in double precision that every other set is checked against.
extern const ckernels_float_kernels ckernels_float_reference;

/// The kernels of an instruction set; NULL where this CPU lacks it.
const ckernels_float_kernels *ckernels_float_kernels_for(ckernels_instruction_set set);

/// The portable kernels with products by OpenBLAS's sgemm, one thread in each call, in the whole process. The first call opens
/// the library, which stays open until the process ends.
///
/// - path: the library's file, or its name where the loader finds it: libopenblas.so.0. Later calls have the first's.
/// - message: why there are none, in one line.
/// Returns NULL where there is no OpenBLAS that several threads may call.
const ckernels_float_kernels *ckernels_float_openblas(const char *path, cmessage *message);

#endif
