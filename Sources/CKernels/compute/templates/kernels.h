// One instruction set's kernels. The including file defines LANES, TILE_ROWS, SINGLE_ROWS and STRIP, chosen to fill the registers
// without spilling, the TARGET, and the table's SET and NAME.
//
// Products and sums contract to fused multiply-adds where the processor has them.
#pragma clang fp contract(fast)
#ifdef TARGET
#pragma clang attribute push(__attribute__((target(TARGET))), apply_to = function)
#endif

#include "vector.h"

#if LANES == 16
#include "gelu_segments.h"
#else
#include "gelu.h"
#endif

#include "silu.h"

#include "activation.h"

#include "product.h"

#include "outer.h"

#include "winograd.h"

#include "depthwise.h"

#include "depthwise_gradient.h"

#include "depthwise_input_gradient.h"

#include "rows.h"

#include "affine.h"

#include "batch_norm.h"

#include "pool.h"

#include "packing.h"

#include "weight_sums.h"

#include "adamw.h"
#include "sgd.h"

#ifdef TARGET
#pragma clang attribute pop
#endif

const ckernels_float_kernels SET = {
    .name = NAME,
    .panel_columns = panel_columns,
    .tile_rows = TILE_ROWS,
    .product = product,
    .outer = outer,
    .winograd_input = winograd_input,
    .winograd_output = winograd_output,
    .depthwise = depthwise,
    .depthwise_gradient = depthwise_gradient,
    .depthwise_input_gradient = depthwise_input_gradient,
    .layer_norm = layer_norm,
    .layer_norm_gradient = layer_norm_gradient,
    .affine = affine,
    .affine_gradient = affine_gradient,
    .moments = moments,
    .batch_norm_gradient = batch_norm_gradient,
    .maxima = maxima,
    .powers = powers,
    .powers_gradient = powers_gradient,
    .add_rows = add_rows,
    .add_products = add_products,
    .pack_columns = pack_columns,
    .pack_rows = pack_rows,
    .add_scaled = add_scaled,
    .add_normalised = add_normalised,
    .adamw = adamw,
    .sgd = sgd,
};
