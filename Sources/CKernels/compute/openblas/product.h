// Products by OpenBLAS's sgemm: a block of rows and a panel of columns at a time, whose sums lie in the first level cache until
// the portable vectors finish them.
//
// All blocks of a product are of one size, the last filled up with zeros, and depth is divided in one way: which of its kernels
// OpenBLAS takes, and how it divides sums, depends on the sizes of a call, and a row's result must not depend on how many rows
// there are. The block is as large as OpenBLAS multiplies without packing on processors with AVX-512 (a million multiply-adds).

enum { block_rows = 32, block_depth = 384 };

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/// Rows of a block where sgemm can read them: it knows neither rows that overlap nor rows that are not there.
static const float *copied(const float *rows, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t depth, float *copy) {
    for (ptrdiff_t r = 0; r < count; r++) memcpy(copy + r * depth, rows + r * stride, sizeof(float) * (size_t)depth);
    memset(copy + count * depth, 0, sizeof(float) * (size_t)((block_rows - count) * depth));
    return copy;
}

/// Adds the products of up to block_rows rows with a panel to `sums`, block_rows × panel_columns.
static void add_products_of(
    const ckernels_product *p, const float *rows, ptrdiff_t count, const float *weights, ptrdiff_t columns, float *sums) {
    float copy[block_rows * block_depth];
    for (ptrdiff_t run = 0; run == 0 || run < p->runs; run++) {
        for (ptrdiff_t start = 0; start < p->depth; start += block_depth) {
            const ptrdiff_t depth = smaller(block_depth, p->depth - start);
            const float *values = rows + run * p->run_stride + start;
            ptrdiff_t stride = p->row_stride;
            if (count < block_rows || stride < depth) {
                values = copied(values, stride, count, depth, copy);
                stride = depth;
            }
            sgemm(
                blas_row_major, blas_as_is, blas_as_is, block_rows, (int)columns, (int)depth, 1, values, (int)stride, weights,
                panel_columns, 1, sums, panel_columns);
            weights += depth * panel_columns;
        }
    }
    end_product();
}

/// Stores a row's sums as the finish has it, a constant here.
INLINE void finish_row(
    const ckernels_product *p, const ckernels_finish finish, const float *sums, ptrdiff_t row, ptrdiff_t column,
    ptrdiff_t columns) {
    const ckernels_activation activation =
        finish == ckernels_silu || finish == ckernels_silu_slope ? ckernels_activation_silu : ckernels_activation_gelu;
    float *out = p->out + row * p->out_stride + column;
    const float *residual = p->residual ? p->residual + row * p->residual_stride + column : NULL;
    float *kept = p->kept ? p->kept + column / panel_columns * p->kept_panel_stride + row * p->kept_stride : NULL;
    for (ptrdiff_t c = 0; c < columns; c += LANES) {
        const ptrdiff_t count = columns - c;
        vector sum = load(sums + c);
        switch (finish) {
            case ckernels_store: break;
            case ckernels_add_residual: sum = load_first(residual + c, count) + load(p->scale + column + c) * sum; break;
            case ckernels_gelu:
            case ckernels_silu:
                if (kept) store_first(kept + c, sum, count);
                sum = activated(sum, activation);
                break;
            case ckernels_gelu_slope:
            case ckernels_silu_slope: {
                const vector argument = load_first(residual + c, count);
                if (kept) store_first(kept + c, activated(argument, activation), count);
                sum = sum * activation_slope(argument, activation);
                break;
            }
        }
        store_first(out + c, sum, count);
    }
}

static void finish_rows(
    const ckernels_product *p, const float *sums, ptrdiff_t row, ptrdiff_t count, ptrdiff_t column, ptrdiff_t columns) {
#define ROWS(finish)                                                                                       \
    case finish:                                                                                           \
        for (ptrdiff_t r = 0; r < count; r++) {                                                            \
            finish_row(p, finish, sums + r * panel_columns, row + r, column, columns);                     \
        }                                                                                                  \
        break;
    switch (p->finish) {
        ROWS(ckernels_store)
        ROWS(ckernels_add_residual)
        ROWS(ckernels_gelu)
        ROWS(ckernels_silu)
        ROWS(ckernels_gelu_slope)
        ROWS(ckernels_silu_slope)
    }
#undef ROWS
}

static void product(const ckernels_product *p) {
    float sums[block_rows * panel_columns];
    for (ptrdiff_t column = 0; column < p->columns; column += panel_columns) {
        const ptrdiff_t columns = smaller(panel_columns, p->columns - column);
        const float *weights = p->panels + column / panel_columns * p->panel_stride;
        for (ptrdiff_t row = 0; row < p->row_count; row += block_rows) {
            const ptrdiff_t count = smaller(block_rows, p->row_count - row);
            memset(sums, 0, sizeof sums);
            for (ptrdiff_t r = 0; r < count; r++) {
                const float *begin = p->bias ? p->bias + column : p->out + (row + r) * p->out_stride + column;
                memcpy(sums + r * panel_columns, begin, sizeof(float) * (size_t)columns);
            }
            add_products_of(p, p->rows + row * p->row_stride, count, weights, columns, sums);
            finish_rows(p, sums, row, count, column, columns);
        }
    }
}

static void outer(const ckernels_outer *p) {
    sgemm(
        blas_row_major, blas_transposed, blas_as_is, (int)p->rows, (int)p->columns, (int)p->depth, 1, p->left,
        (int)p->left_stride, p->panel, panel_columns, p->begins ? 0 : 1, p->out, (int)p->out_stride);
    end_product();
}
