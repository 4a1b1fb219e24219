// The transforms of Winograd's convolution as products of their matrices.
static void winograd_input(const ckernels_winograd_input *p) {
    static const double b[4][4] = {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}};
    for (ptrdiff_t place = 0; place < 16 * p->tiles * p->channels; place++) {
        const ptrdiff_t c = place % p->channels, tile = place / p->channels / 16, plane = place / p->channels % 16;
        double sum = 0;
        for (ptrdiff_t y = 0; y < 4; y++) {
            for (ptrdiff_t x = 0; x < 4; x++) {
                const float value = p->image[y * p->row_stride + (2 * tile + x) * p->channels + c];
                // What a zero multiplies may be anything.
                const double factor = b[plane / 4][y] * b[plane % 4][x];
                if (factor != 0) sum += factor * value;
            }
        }
        p->out[plane * p->plane_stride + tile * p->channels + c] = (float)sum;
    }
}

static void winograd_output(const ckernels_winograd_output *p) {
    static const double a[2][4] = {{1, 1, 1, 0}, {0, 1, -1, -1}};
    for (ptrdiff_t row = 0; row < p->rows; row++) {
        for (ptrdiff_t column = 0; column < p->columns; column++) {
            for (ptrdiff_t c = 0; c < p->channels; c++) {
                double sum = p->bias[c];
                for (ptrdiff_t plane = 0; plane < 16; plane++) {
                    const float product = p->products[plane * p->plane_stride + column / 2 * p->product_stride + c];
                    sum += a[row][plane / 4] * a[column % 2][plane % 4] * product;
                }
                p->out[row * p->row_stride + column * p->out_stride + c] = (float)activated(sum, p->activation);
            }
        }
    }
}
