// The speed of ConvNeXt-tiny's products for an image of 1024×512 by each set of kernels, as a block makes them: the first with
// GELU, the second with layer scale and residual. Beside them OpenBLAS alone, with nothing before or after the product. One thread.
#include "kernels.h"

#include <stdio.h>
#include <stdlib.h>

#include "compute/openblas/library.h"

typedef struct {
    int rows, depth, columns;
} shape;

/// The two products of a block in each of the four stages.
static const shape shapes[] = {
    {32768, 96, 384}, {32768, 384, 96}, {8192, 192, 768}, {8192, 768, 192}, {2048, 384, 1536}, {2048, 1536, 384},
    {512, 768, 3072}, {512, 3072, 768},
};
enum { shape_count = sizeof shapes / sizeof *shapes, rounds = 9 };
/// Rows of a call, and hidden channels of a call, as the network makes them: what is multiplied stays in the second level cache.
/// OpenBLAS alone gets all of them.
enum { rows_at_a_time = 448, hidden_at_a_time = 384 };

static float *rows, *hidden_rows, *weights, *out, *panels, *residual, *bias;

static void fill(float *values, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) values[i] = (float)(i % 17 - 8) / 8;
}

static void pack(const ckernels_float_kernels *k, shape s) {
    for (ptrdiff_t first = 0; first < s.columns; first += k->panel_columns) {
        const ptrdiff_t left = s.columns - first;
        k->pack_columns(&(ckernels_packing){
            .weights = weights + first * s.depth, .inputs = s.depth,
            .columns = left < k->panel_columns ? left : k->panel_columns, .panel = panels + first * s.depth});
    }
}

/// From a row of a thread's memory to the next: no multiple of 4 KB.
static ptrdiff_t stride_of(ptrdiff_t channels) { return (channels + 15) / 16 * 16 + 16; }

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/// Some rows of a block's first product: to hidden channels that stay in the thread's memory.
static void first_product(const ckernels_float_kernels *k, shape s, ptrdiff_t count) {
    for (ptrdiff_t hidden = 0; hidden < s.columns; hidden += hidden_at_a_time) {
        k->product(&(ckernels_product){
            .rows = rows, .row_stride = stride_of(s.depth), .row_count = count, .depth = s.depth,
            .panels = panels + hidden * s.depth, .panel_stride = s.depth * k->panel_columns,
            .columns = smaller(hidden_at_a_time, s.columns - hidden), .bias = bias + hidden, .out = hidden_rows,
            .out_stride = stride_of(hidden_at_a_time), .finish = ckernels_gelu});
    }
}

/// The same of the second: from there.
static void second_product(const ckernels_float_kernels *k, shape s, ptrdiff_t row, ptrdiff_t count) {
    for (ptrdiff_t hidden = 0; hidden < s.depth; hidden += hidden_at_a_time) {
        k->product(&(ckernels_product){
            .rows = hidden_rows, .row_stride = stride_of(hidden_at_a_time), .row_count = count,
            .depth = smaller(hidden_at_a_time, s.depth - hidden), .panels = panels + hidden * k->panel_columns,
            .panel_stride = s.depth * k->panel_columns, .columns = s.columns, .bias = hidden > 0 ? NULL : bias,
            .out = out + row * s.columns, .out_stride = s.columns,
            .finish = hidden + hidden_at_a_time < s.depth ? ckernels_store : ckernels_add_residual, .scale = bias,
            .residual = residual + row * s.columns, .residual_stride = s.columns});
    }
}

/// Seconds of a product by a set of kernels.
static double seconds(const ckernels_float_kernels *k, shape s) {
    const double start = now();
    for (ptrdiff_t row = 0; row < s.rows; row += rows_at_a_time) {
        const ptrdiff_t count = smaller(rows_at_a_time, s.rows - row);
        if (s.depth < s.columns) first_product(k, s, count);
        else second_product(k, s, row, count);
    }
    return now() - start;
}

/// Seconds of the same product by one call, with weights in rows.
static double seconds_alone(blas_sgemm *sgemm, shape s) {
    const double start = now();
    sgemm(
        blas_row_major, blas_as_is, blas_as_is, s.rows, s.columns, s.depth, 1, rows, s.depth, weights, s.columns, 1, out,
        s.columns);
    return now() - start;
}

/// The fastest that this processor multiplies and adds, in GFLOP/s: a product whose weights stay in the first level cache.
static double peak(void) {
    enum { depth = 256, columns = 32, count = 100 };
    double best = 1e9;
    for (int turn = 0; turn < count * kernel_sets; turn++) {
        const ckernels_float_kernels *k = set_at(turn / count).floats;
        if (!k) continue;
        pack(k, (shape){rows_at_a_time, depth, columns});
        const double start = now();
        k->product(&(ckernels_product){
            .rows = rows, .row_stride = stride_of(depth), .row_count = rows_at_a_time, .depth = depth, .panels = panels,
            .panel_stride = depth * k->panel_columns, .columns = columns, .bias = bias, .out = out, .out_stride = columns});
        const double took = now() - start;
        if (took < best) best = took;
    }
    return 2e-9 * rows_at_a_time * depth * columns / best;
}

int products_table(void) {
    ptrdiff_t most = 0;
    for (int i = 0; i < shape_count; i++) {
        const ptrdiff_t wide = shapes[i].depth > shapes[i].columns ? shapes[i].depth : shapes[i].columns;
        if (shapes[i].rows * wide > most) most = shapes[i].rows * wide;
    }
    enum { most_weights = 768 * 3072, most_bias = 3072, most_hidden = rows_at_a_time * (hidden_at_a_time + 16) };
    rows = aligned_alloc(64, (size_t)most * 4), out = aligned_alloc(64, (size_t)most * 4);
    weights = aligned_alloc(64, most_weights * 4), panels = aligned_alloc(64, most_weights * 4);
    residual = aligned_alloc(64, (size_t)most * 4), bias = aligned_alloc(64, most_bias * 4);
    hidden_rows = aligned_alloc(64, most_hidden * 4);
    if (!hidden_rows || !rows || !out || !weights || !panels || !residual || !bias) {
        fprintf(stderr, "bench-kernels: no memory\n");
        return 1;
    }
    fill(rows, most), fill(weights, most_weights), fill(out, most), fill(residual, most), fill(bias, most_bias);
    fill(hidden_rows, most_hidden);
    cmessage message = {""};
    blas_sgemm *sgemm = openblas_open("libopenblas.so.0", &message);
    if (!sgemm) fprintf(stderr, "bench-kernels: without OpenBLAS: %s\n", message.text);
    const double most_a_second = peak();
    printf("one thread, peak %.0f GFLOP/s; GFLOP/s and percent of the peak, the best of %d turns\n", most_a_second, rounds);
    printf("%-18s", "rows depth columns");
    for (int place = 0; place < kernel_sets; place++) {
        if (set_at(place).floats) printf("%14s", set_at(place).name);
    }
    printf("%14s\n", sgemm ? "sgemm alone" : "");
    for (int i = 0; i < shape_count; i++) {
        const shape s = shapes[i];
        double best[kernel_sets + 1];
        for (int place = 0; place <= kernel_sets; place++) best[place] = 1e9;
        for (int turn = 0; turn < rounds; turn++) {
            // OpenBLAS alone first: some of its kernels leave registers so that SSE is slow until ours have put them right.
            for (int place = kernel_sets; place >= 0; place--) {
                const ckernels_float_kernels *k = place < kernel_sets ? set_at(place).floats : NULL;
                if (!k && (place < kernel_sets || !sgemm)) continue;
                if (k) pack(k, s);
                const double took = k ? seconds(k, s) : seconds_alone(sgemm, s);
                if (took < best[place]) best[place] = took;
            }
        }
        printf("%5d %5d %5d ", s.rows, s.depth, s.columns);
        for (int place = 0; place <= kernel_sets; place++) {
            const double rate = 2e-9 * s.rows * s.depth * s.columns / best[place];
            if (best[place] < 1e9) printf("%8.1f %3.0f %%", rate, 100 * rate / most_a_second);
        }
        printf("\n");
        fflush(stdout);
    }
    return 0;
}
