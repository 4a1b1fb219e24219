// One step of AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) for some parameters, in the order in which
// torch.optim.AdamW computes it in single precision.
static void adamw(const ckernels_adamw *p) {
    const float scale = p->gradient_scale, kept = p->decay, step = p->step_size, root = p->correction_root;
    const float new_mean = p->new_mean, old_square = p->old_square, new_square = p->new_square, epsilon = p->epsilon;
    for (ptrdiff_t i = 0; i < p->count; i += LANES) {
        const ptrdiff_t count = p->count - i;
        const vector g = load_first(p->gradient + i, count) * scale;
        const vector mean = load_first(p->mean + i, count), square = load_first(p->square + i, count);
        const vector m = mean + new_mean * (g - mean);
        const vector v = square * old_square + new_square * g * g;
        store_first(p->mean + i, m, count);
        store_first(p->square + i, v, count);
        // sqrtf, which sets errno, would be called for each lane.
        const vector divisor = __builtin_elementwise_sqrt(v) / root + epsilon;
        store_first(p->parameter + i, load_first(p->parameter + i, count) * kept - step * (m / divisor), count);
    }
}
