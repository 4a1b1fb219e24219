#include "calls.h"

#include <stdlib.h>

enum { image_rows = 16, image_columns = 32, positions = image_rows * image_columns, channels = 96, wide = 4 * channels };
enum { widest_panel = 64, pixels = 4096 };

static float *input, *other, *output, *weights, *inverse, *mean, *square;
static uint16_t *stored;
static uint8_t *gray, *smoothed;
static uint64_t *bits;
static volatile uint32_t seen;

static void product(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    k->product(&(ckernels_product){
        .rows = input, .row_stride = channels, .row_count = positions, .depth = channels, .panels = weights,
        .panel_stride = channels * k->panel_columns, .columns = wide, .bias = mean, .out = output, .out_stride = wide,
        .finish = ckernels_gelu});
}

/// As many columns as fill a panel of every set.
static void outer(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    for (ptrdiff_t first = 0; first < widest_panel; first += k->panel_columns) {
        k->outer(&(ckernels_outer){
            .left = input, .left_stride = channels, .panel = other, .depth = positions, .rows = channels,
            .columns = k->panel_columns, .out = output + first, .out_stride = widest_panel, .begins = true});
    }
}

static void depthwise(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    for (ptrdiff_t row = 0; row < image_rows; row++) {
        k->depthwise(&(ckernels_depthwise){
            .image = input, .rows = image_rows, .columns = image_columns, .channels = channels, .weights = weights,
            .bias = mean, .row = row, .count = image_columns, .out = output + row * image_columns * channels,
            .out_stride = channels});
    }
}

static void depthwise_gradient(const void *kernels) {
    const ckernels_float_kernels *k = kernels;
    for (ptrdiff_t i = 0; i < 49 * channels; i++) output[i] = 0;
    k->depthwise_gradient(&(ckernels_depthwise_gradient){
        .image = input, .gradient = other, .rows = image_rows, .columns = image_columns, .channels = channels,
        .row_count = image_rows, .weights = output});
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

static void range(const void *kernels) {
    const ckernels_image_kernels *k = kernels;
    uint16_t extremes[2] = {UINT16_MAX, 0};
    k->range(stored, pixels, 0, extremes);
    seen = extremes[0];
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
    FLOAT(product), FLOAT(outer), FLOAT(depthwise), FLOAT(depthwise_gradient), FLOAT(layer_norm),
    FLOAT(layer_norm_gradient), FLOAT(adamw), IMAGE(range), IMAGE(smooth), IMAGE(above), {0}};

/// Values between -1 and 1.
static float *values(ptrdiff_t count) {
    static uint32_t state = 1;
    float *made = aligned_alloc(64, (size_t)(count * 4 + 63) / 64 * 64);
    for (ptrdiff_t i = 0; made && i < count; i++) {
        state = state * 1664525 + 1013904223;
        made[i] = (float)(int32_t)state / 2147483648.0f;
    }
    return made;
}

bool calls_prepare(void) {
    input = values(positions * channels), other = values(positions * channels), output = values(positions * wide);
    weights = values((wide + widest_panel) * channels), inverse = values(positions);
    mean = values(positions * wide), square = values(positions * wide);
    stored = calloc(2 * pixels + 16, sizeof *stored), gray = calloc(pixels + 16, 1), smoothed = calloc(pixels, 1);
    bits = calloc(pixels / 64 + 1, sizeof *bits);
    if (!input || !other || !output || !weights || !inverse || !mean || !square || !stored || !gray || !smoothed || !bits) {
        return false;
    }
    for (ptrdiff_t i = 0; i < positions * wide; i++) square[i] *= square[i];
    for (ptrdiff_t i = 0; i < pixels; i++) stored[i] = (uint16_t)(i * 40503), gray[i] = (uint8_t)(i * 167);
    return true;
}
