// What comes after a tile's sums: activations, slopes, and what is kept of them.

/// The columns of a tile's vector.
INLINE ptrdiff_t columns_of(int vector_index, const int vectors, const bool whole, ptrdiff_t last) {
    return whole || vector_index + 1 < vectors ? LANES : last;
}

/// The activation of sums that lie in a near cache, two rows at a time: four chains of multiply-adds hide each other's latency.
INLINE void activation_finish(
    const float *sums, ptrdiff_t stride, places at, const ckernels_activation activation, const int rows,
    const int vectors, const bool whole, ptrdiff_t last) {
    _Pragma("clang loop unroll(disable)") for (int r = 0; r < rows; r += 2) {
        const int further = r + 1 < rows ? 1 : 0;
        vector values[2][2];
        UNROLLED for (int v = 0; v < vectors; v++) {
            values[0][v] = activated(load(sums + r * stride + v * LANES), activation);
            values[1][v] = activated(load(sums + (r + further) * stride + v * LANES), activation);
        }
        float *out = at.out + r * at.out_stride;
        UNROLLED for (int v = 0; v < vectors; v++) {
            const ptrdiff_t count = columns_of(v, vectors, whole, last);
            store_first(out + v * LANES, values[0][v], count);
            store_first(out + further * at.out_stride + v * LANES, values[1][v], count);
        }
    }
}

/// The activation's derivative at the residual times sums that lie in `out`, and the activation of the residual.
INLINE void slope_finish(
    places at, const ckernels_activation activation, const int rows, const int vectors, const bool whole, ptrdiff_t last) {
    _Pragma("clang loop unroll(disable)") for (int r = 0; r < rows; r++) {
        UNROLLED for (int v = 0; v < vectors; v++) {
            const ptrdiff_t count = columns_of(v, vectors, whole, last);
            float *row = at.out + r * at.out_stride + v * LANES;
            const vector residual = load_first(at.residual + r * at.residual_stride + v * LANES, count);
            store_first(row, load_first(row, count) * activation_slope(residual, activation), count);
            store_first(at.kept + r * at.kept_stride + v * LANES, activated(residual, activation), count);
        }
    }
}

/// Whether the finish reads the residual.
INLINE bool reads_residual(ckernels_finish finish) {
    return finish == ckernels_gelu_slope || finish == ckernels_silu_slope || finish == ckernels_add_residual;
}

/// Whether the sums before their activation are kept for a gradient.
INLINE bool keeps_sums(const ckernels_product *p) {
    return p->kept && (p->finish == ckernels_gelu || p->finish == ckernels_silu);
}
