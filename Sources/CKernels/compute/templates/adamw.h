// One step of AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) for some parameters, in the order in which
// torch.optim.AdamW computes it in single precision.
static void adamw(const ckernels_adamw *p) {
    const float *gradient = p->gradient;
    float *parameter = p->parameter, *mean = p->mean, *square = p->square;
    const float scale = p->gradient_scale, kept = p->decay, step = p->step_size, root = p->correction_root;
    const float new_mean = p->new_mean, old_square = p->old_square, new_square = p->new_square, epsilon = p->epsilon;
    for (ptrdiff_t i = 0; i < p->count; i++) {
        const float g = gradient[i] * scale;
        const float m = mean[i] + new_mean * (g - mean[i]);
        const float v = square[i] * old_square + new_square * g * g;
        mean[i] = m;
        square[i] = v;
        parameter[i] = parameter[i] * kept - step * (m / (sqrtf(v) / root + epsilon));
    }
}
