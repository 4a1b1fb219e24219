#include "calls.h"

#include <math.h>

/// Sizes that fill no vector of any set, and more depth than OpenBLAS's kernels take at a time.
enum { rows = 45, depth = 391, columns = 83, most_columns = 128, channels = 37 };

static void product(const ckernels_float_kernels *k, ckernels_finish finish, bool begins) {
    static float panels[most_columns * depth], bias[most_columns];
    const call_memory m = calls_memory();
    for (ptrdiff_t i = 0; i < most_columns * depth; i++) panels[i] = 0;
    for (ptrdiff_t i = 0; i < most_columns; i++) bias[i] = m.other[i];
    for (ptrdiff_t first = 0; first < columns; first += k->panel_columns) {
        const ptrdiff_t left = columns - first;
        k->pack_columns(&(ckernels_packing){
            .weights = m.weights + first * depth, .inputs = depth, .columns = left < k->panel_columns ? left : k->panel_columns,
            .scale = m.other, .shift = m.other + depth, .bias = bias + first, .panel = panels + first * depth});
    }
    // Kept as rows: the panels of all sets next to each other.
    k->product(&(ckernels_product){
        .rows = m.input, .row_stride = depth, .row_count = rows, .depth = depth, .panels = panels,
        .panel_stride = depth * k->panel_columns, .columns = columns, .bias = begins ? bias : NULL, .out = m.output,
        .out_stride = columns + 2, .finish = finish, .scale = m.other + most_columns, .residual = m.other,
        .residual_stride = columns, .kept = m.output + rows * (columns + 2), .kept_stride = columns,
        .kept_panel_stride = k->panel_columns});
    // What a set writes to `kept` where nothing is kept is its own affair.
    if (finish == ckernels_store || finish == ckernels_add_residual) {
        for (ptrdiff_t i = 0; i < rows * columns; i++) m.output[rows * (columns + 2) + i] = 0;
    }
}

static void product_store(const void *kernels) { product(kernels, ckernels_store, false); }
static void product_residual(const void *kernels) { product(kernels, ckernels_add_residual, true); }
static void product_gelu(const void *kernels) { product(kernels, ckernels_gelu, true); }
static void product_gelu_slope(const void *kernels) { product(kernels, ckernels_gelu_slope, true); }
static void product_silu_slope(const void *kernels) { product(kernels, ckernels_silu_slope, false); }

static void outer_odd(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    static float panel[columns * most_columns];
    for (ptrdiff_t first = 0; first < channels; first += k->panel_columns) {
        const ptrdiff_t left = channels - first, count = left < k->panel_columns ? left : k->panel_columns;
        k->pack_rows(&(ckernels_packing){
            .weights = m.other + first, .row_stride = channels, .inputs = columns, .columns = count, .row_scale = m.input,
            .factor = 0.5f, .panel = panel});
        k->outer(&(ckernels_outer){
            .left = m.input, .left_stride = rows, .panel = panel, .depth = columns, .rows = rows, .columns = count,
            .out = m.output + first, .out_stride = channels});
    }
}

static void maxima(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    int places[channels];
    for (ptrdiff_t c = 0; c < channels; c++) m.output[c] = -INFINITY, places[c] = 0;
    k->maxima(&(ckernels_maxima){
        .rows = m.input, .row_stride = channels, .row_count = rows, .channels = channels, .largest = m.output, .places = places});
    for (ptrdiff_t c = 0; c < channels; c++) m.output[channels + c] = (float)places[c] / rows;
}

static void powers(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    double sums[channels] = {0}, logarithms[channels] = {0};
    k->powers(&(ckernels_powers){
        .rows = m.input, .row_stride = channels, .row_count = rows, .channels = channels, .epsilon = 1e-6f, .exponent = 3,
        .sums = sums, .logarithms = logarithms});
    for (ptrdiff_t c = 0; c < channels; c++) m.output[c] = (float)sums[c], m.output[channels + c] = (float)logarithms[c];
}

static void powers_gradient(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    float scale[channels];
    for (ptrdiff_t c = 0; c < channels; c++) scale[c] = 1 + (float)c / channels;
    k->powers_gradient(&(ckernels_powers_gradient){
        .rows = m.input, .row_stride = channels, .row_count = rows, .channels = channels, .epsilon = 1e-3f, .exponent = 2,
        .scale = scale, .factor = m.other, .out = m.output, .out_stride = channels});
}

static void add_rows(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    k->add_rows(m.input, channels, rows, channels, m.output);
}

static void add_products(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    k->add_products(m.input, m.other, rows, channels, m.output);
}

static void add_scaled(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    m.inverse[0] = k->add_scaled(m.input, channels * rows, 0.3f, m.other, m.output) / 8;
}

static void add_normalised(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    const call_memory m = calls_memory();
    k->add_normalised(&(ckernels_normalised_sums){
        .sums = m.input, .weights = m.other, .out = m.output, .stride = channels, .totals = m.weights, .total_stride = 1,
        .row_count = rows, .channels = channels, .gamma = m.other, .beta = m.other + channels, .gamma_out = m.inverse,
        .beta_out = m.inverse + channels});
}

#define FURTHER(name) {#name, name, &ckernels_float_reference, false}
const kernel_call further_calls[] = {
    FURTHER(product_store), FURTHER(product_residual), FURTHER(product_gelu), FURTHER(product_gelu_slope),
    FURTHER(product_silu_slope), FURTHER(outer_odd), FURTHER(maxima), FURTHER(powers), FURTHER(powers_gradient),
    FURTHER(add_rows), FURTHER(add_products), FURTHER(add_scaled), FURTHER(add_normalised), {0}};
