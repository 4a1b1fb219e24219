#include "calls.h"

#include <stdlib.h>
#include <string.h>

enum { image_rows = 16, image_columns = 32, positions = image_rows * image_columns, channels = 96, wide = 4 * channels };
enum { few = 24, widest_panel = 64, pixels = 4096 };

static float *input, *other, *output, *weights, *inverse, *mean, *square;
/// Weights in panels: of a product from `channels` to `wide`, of a convolution of 3×3 from `few` to `few`, and of `outer`.
static float *panels, *run_panels, *outer_panels;
static uint16_t *stored;
static uint8_t *gray, *smoothed;
static uint64_t *bits;

static void products(const ckernels_float_kernels *k, ckernels_finish finish) {
    k->product(&(ckernels_product){
        .rows = input, .row_stride = channels, .row_count = positions, .depth = channels, .panels = panels,
        .panel_stride = channels * k->panel_columns, .columns = wide, .bias = mean, .out = output, .out_stride = wide,
        .finish = finish});
}

/// A dense convolution of 3×3 in rows that overlap, with columns that fill no panel: as EfficientNet-V2 begins.
static void product_runs(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    enum { width = image_columns * few, outputs = image_columns - 2 };
    for (ptrdiff_t row = 0; row < image_rows; row++) {
        k->product(&(ckernels_product){
            .rows = input + row * width, .row_stride = few, .row_count = outputs, .depth = 3 * few, .runs = 3,
            .run_stride = width, .panels = run_panels, .panel_stride = 9 * few * k->panel_columns, .columns = few, .bias = mean,
            .out = output, .out_stride = few, .finish = ckernels_silu});
    }
}

static void winograd_input(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    enum { tiles = image_columns / 2 - 1 };
    k->winograd_input(&(ckernels_winograd_input){
        .image = input, .row_stride = image_columns * channels, .tiles = tiles, .channels = channels, .out = output,
        .plane_stride = tiles * channels});
}

static void winograd_output(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    enum { tiles = image_columns / 2 };
    k->winograd_output(&(ckernels_winograd_output){
        .products = input, .product_stride = channels, .plane_stride = tiles * channels, .channels = channels,
        .bias = mean, .activation = ckernels_activation_silu, .rows = 2, .columns = image_columns, .out = output,
        .row_stride = image_columns * channels, .out_stride = channels});
}

static void product(const void *kernels) { products(kernels, ckernels_gelu); }
static void product_silu(const void *kernels) { products(kernels, ckernels_silu); }

/// As many columns as fill a panel of every set.
static void outer(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    for (ptrdiff_t first = 0; first < widest_panel; first += k->panel_columns) {
        k->outer(&(ckernels_outer){
            .left = input, .left_stride = channels, .panel = outer_panels + first * positions, .depth = positions, .rows = channels,
            .columns = k->panel_columns, .out = output + first, .out_stride = widest_panel, .begins = true});
    }
}

/// A depthwise convolution of the image; with SiLU and sums, as in EfficientNet, where `finishes`.
static void convolve(const ckernels_float_kernels *k, ptrdiff_t kernel, ptrdiff_t stride, bool finishes) {
    const ptrdiff_t rows = (image_rows - 1) / stride + 1, columns = (image_columns - 1) / stride + 1;
    for (ptrdiff_t row = 0; row < rows; row++) {
        k->depthwise(&(ckernels_depthwise){
            .image = input, .rows = image_rows, .columns = image_columns, .channels = channels, .kernel = kernel,
            .stride = stride, .weights = weights, .bias = mean, .row = row, .count = columns,
            .out = output + row * columns * channels, .out_stride = channels,
            .activation = finishes ? ckernels_activation_silu : ckernels_activation_none,
            .sums = finishes ? inverse : NULL});
    }
}

static void convolve_gradient(const ckernels_float_kernels *k, ptrdiff_t kernel, ptrdiff_t stride) {
    for (ptrdiff_t i = 0; i < kernel * kernel * channels; i++) output[i] = 0;
    k->depthwise_gradient(&(ckernels_depthwise_gradient){
        .image = input, .gradient = other, .rows = image_rows, .columns = image_columns, .channels = channels,
        .kernel = kernel, .stride = stride, .row_count = (image_rows - 1) / stride + 1, .weights = output});
}

static void depthwise(const void *kernels) { convolve(kernels, 7, 1, false); }
static void depthwise_5(const void *kernels) { convolve(kernels, 5, 1, false); }
static void depthwise_5_2(const void *kernels) { convolve(kernels, 5, 2, false); }
static void depthwise_3(const void *kernels) { convolve(kernels, 3, 1, false); }
static void depthwise_3_2(const void *kernels) { convolve(kernels, 3, 2, false); }
static void depthwise_3_silu(const void *kernels) { convolve(kernels, 3, 1, true); }
static void depthwise_gradient(const void *kernels) { convolve_gradient(kernels, 7, 1); }
static void depthwise_gradient_5(const void *kernels) { convolve_gradient(kernels, 5, 1); }
static void depthwise_gradient_5_2(const void *kernels) { convolve_gradient(kernels, 5, 2); }
static void depthwise_gradient_3(const void *kernels) { convolve_gradient(kernels, 3, 1); }
static void depthwise_gradient_3_2(const void *kernels) { convolve_gradient(kernels, 3, 2); }

static void input_gradient(const ckernels_float_kernels *k, ptrdiff_t kernel) {
    for (ptrdiff_t row = 0; row < image_rows; row++) {
        k->depthwise_input_gradient(&(ckernels_depthwise_input_gradient){
            .gradient = other, .rows = image_rows, .columns = image_columns, .channels = channels, .kernel = kernel,
            .weights = weights, .row = row, .count = image_columns, .begins = true,
            .out = output + row * image_columns * channels, .out_stride = channels});
    }
}

static void input_gradient_5(const void *kernels) { input_gradient(kernels, 5); }
static void input_gradient_3(const void *kernels) { input_gradient(kernels, 3); }

static void affine(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    k->affine(&(ckernels_row_affine){
        .rows = input, .row_stride = channels, .row_count = positions, .channels = channels, .scale = weights,
        .shift = mean, .activation = ckernels_activation_silu, .out = output, .out_stride = channels});
}

static void affine_gradient(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    k->affine_gradient(&(ckernels_row_affine_gradient){
        .rows = input, .row_stride = channels, .row_count = positions, .channels = channels, .scale = weights,
        .shift = mean, .activation = ckernels_activation_silu, .gradient = other, .gradient_stride = channels,
        .out = output, .out_stride = channels});
}

static void moments(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    double sums[channels] = {0}, products[channels] = {0};
    k->moments(&(ckernels_moments){
        .rows = input, .row_stride = channels, .row_count = positions, .channels = channels, .center = mean,
        .factors = other, .factor_stride = channels, .sums = sums, .products = products});
    for (ptrdiff_t c = 0; c < channels; c++) output[c] = (float)sums[c], output[channels + c] = (float)products[c];
}

static void batch_norm_gradient(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    for (ptrdiff_t i = 0; i < positions * channels; i++) output[i] = other[i];
    k->batch_norm_gradient(&(ckernels_batch_norm_gradient){
        .rows = input, .row_stride = channels, .row_count = positions, .channels = channels, .mean = mean,
        .inverse = weights, .mean_gradient = mean + channels, .mean_product = weights + channels,
        .factor = weights + 2 * channels, .gradient = output, .gradient_stride = channels});
}

static void layer_norm(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    k->layer_norm(&(ckernels_layer_norm){
        .rows = input, .row_stride = channels, .row_count = positions, .channels = channels, .gamma = weights, .beta = mean,
        .epsilon = 1e-6f, .out = output, .out_stride = channels});
}

static void layer_norm_gradient(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    for (ptrdiff_t i = 0; i < positions * channels; i++) output[i] = other[i];
    k->layer_norm_gradient(&(ckernels_layer_norm_gradient){
        .normal = input, .normal_stride = channels, .inverse = inverse, .row_count = positions, .channels = channels,
        .gradient = output, .gradient_stride = channels});
}

static void adamw(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    k->adamw(&(ckernels_adamw){
        .count = wide * channels, .gradient = input, .gradient_scale = 1, .parameter = output, .mean = mean, .square = square,
        .decay = 0.999f, .new_mean = 0.1f, .old_square = 0.999f, .new_square = 0.001f, .step_size = 1e-3f,
        .correction_root = 0.5f, .epsilon = 1e-8f});
}

static void sgd(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    k->sgd(&(ckernels_sgd){
        .count = wide * channels, .gradient = input, .gradient_scale = 1, .parameter = output, .velocity = mean,
        .decay = 1e-4f, .momentum = 0.9f, .rate = 1e-6f, .nesterov = true});
}

static void range(const void *kernels) {
    const ckernels_image_kernels *k = kernels;
    uint16_t extremes[2] = {UINT16_MAX, 0};
    k->range(stored, pixels, 0, extremes);
    bits[0] = extremes[0], bits[1] = extremes[1];
}

static void smooth(const void *kernels) {
    const ckernels_image_kernels *k = kernels;
    const uint8_t *const rows[5] = {gray, gray + 1, gray + 2, gray + 3, gray + 4};
    k->smooth(rows, pixels - 8, stored + pixels, smoothed);
}

static void above(const void *kernels) {
    const ckernels_image_kernels *k = kernels;
    k->above(gray, pixels, 100, bits);
}

#define FLOAT(name) {#name, name, &ckernels_float_reference, false}
#define IMAGE(name) {#name, name, &ckernels_image_reference, true}
const kernel_call calls[] = {
    FLOAT(product), FLOAT(product_silu), FLOAT(product_runs), FLOAT(winograd_input), FLOAT(winograd_output), FLOAT(outer), FLOAT(depthwise), FLOAT(depthwise_5), FLOAT(depthwise_5_2),
    FLOAT(depthwise_3), FLOAT(depthwise_3_2), FLOAT(depthwise_3_silu), FLOAT(depthwise_gradient),
    FLOAT(depthwise_gradient_5), FLOAT(depthwise_gradient_5_2), FLOAT(depthwise_gradient_3), FLOAT(depthwise_gradient_3_2),
    FLOAT(input_gradient_5), FLOAT(input_gradient_3), FLOAT(layer_norm), FLOAT(layer_norm_gradient), FLOAT(affine),
    FLOAT(affine_gradient), FLOAT(moments), FLOAT(batch_norm_gradient), FLOAT(adamw), FLOAT(sgd), IMAGE(range), IMAGE(smooth), IMAGE(above), {0}};

/// Fills memory with values between -1 and 1.
static void fill(float *made, ptrdiff_t count, uint32_t state) {
    for (ptrdiff_t i = 0; i < count; i++) {
        state = state * 1664525 + 1013904223;
        made[i] = (float)(int32_t)state / 2147483648.0f;
    }
}

/// All floats, and how many; those before `first_read_only` are written to.
static struct {
    float **values;
    ptrdiff_t count;
} const floats[] = {
    {&output, positions * wide}, {&inverse, positions}, {&mean, positions * wide}, {&square, positions * wide},
    {&input, positions * channels}, {&other, positions * channels}, {&weights, (wide + widest_panel) * channels},
    {&panels, wide * channels}, {&run_panels, widest_panel * 9 * few}, {&outer_panels, widest_panel * positions},
};
enum { first_read_only = 4, all_floats = sizeof floats / sizeof *floats };

bool calls_prepare(void) {
    bool is_there = true;
    for (int i = 0; i < all_floats; i++) {
        *floats[i].values = aligned_alloc(64, (size_t)(floats[i].count * 4 + 63) / 64 * 64);
        is_there = is_there && *floats[i].values;
    }
    stored = calloc(2 * pixels + 16, sizeof *stored), gray = calloc(pixels + 16, 1), smoothed = calloc(pixels, 1);
    bits = calloc(pixels / 64 + 1, sizeof *bits);
    if (!is_there || !stored || !gray || !smoothed || !bits) return false;
    calls_reset();
    return true;
}

void calls_reset(void) {
    for (int i = 0; i < all_floats; i++) fill(*floats[i].values, floats[i].count, (uint32_t)i + 1);
    for (ptrdiff_t i = 0; i < positions * wide; i++) square[i] *= square[i];
    for (ptrdiff_t i = 0; i < pixels; i++) stored[i] = (uint16_t)(i * 40503), gray[i] = (uint8_t)(i * 167);
    memset(smoothed, 0, pixels);
    memset(bits, 0, (pixels / 64 + 1) * sizeof *bits);
}

/// Packs columns of `depth` weights each.
static void pack(const ckernels_float_kernels *k, ptrdiff_t depth, ptrdiff_t columns, float *out) {
    for (ptrdiff_t first = 0; first < columns; first += k->panel_columns) {
        const ptrdiff_t left = columns - first;
        k->pack_columns(&(ckernels_packing){
            .weights = weights + first * depth, .inputs = depth, .columns = left < k->panel_columns ? left : k->panel_columns,
            .panel = out + first * depth});
    }
}

void calls_pack(const ckernels_float_kernels *k) {
    pack(k, channels, wide, panels);
    // Columns beyond the last are zeros.
    memset(run_panels, 0, widest_panel * 9 * few * sizeof *run_panels);
    pack(k, 9 * few, few, run_panels);
    for (ptrdiff_t first = 0; first < widest_panel; first += k->panel_columns) {
        k->pack_rows(&(ckernels_packing){
            .weights = other + first, .row_stride = channels, .inputs = positions, .columns = k->panel_columns,
            .factor = 1, .panel = outer_panels + first * positions});
    }
}

call_memory calls_memory(void) { return (call_memory){input, other, weights, output, inverse}; }

ptrdiff_t calls_floats(void) {
    ptrdiff_t count = 0;
    for (int i = 0; i < first_read_only; i++) count += floats[i].count;
    return count;
}

void calls_copy_floats(float *out) {
    for (int i = 0; i < first_read_only; out += floats[i].count, i++) {
        memcpy(out, *floats[i].values, (size_t)floats[i].count * sizeof *out);
    }
}

ptrdiff_t calls_bytes(void) { return pixels + (pixels / 64 + 1) * (ptrdiff_t)sizeof *bits; }

void calls_copy_bytes(unsigned char *out) {
    memcpy(out, smoothed, pixels);
    memcpy(out + pixels, bits, (pixels / 64 + 1) * sizeof *bits);
}
