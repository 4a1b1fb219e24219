// One step of stochastic gradient descent with momentum (Sutskever et al. 2013) for some parameters, in the order in which
// torch.optim.SGD computes it in single precision.
static void sgd(const ckernels_sgd *p) {
    const float *gradient = p->gradient;
    float *parameter = p->parameter, *velocity = p->velocity;
    const float scale = p->gradient_scale, decay = p->decay, momentum = p->momentum, rate = p->rate;
    if (p->nesterov) {
        for (ptrdiff_t i = 0; i < p->count; i++) {
            const float g = gradient[i] * scale + decay * parameter[i];
            const float v = momentum * velocity[i] + g;
            velocity[i] = v;
            parameter[i] -= rate * (g + momentum * v);
        }
    } else {
        for (ptrdiff_t i = 0; i < p->count; i++) {
            const float v = momentum * velocity[i] + (gradient[i] * scale + decay * parameter[i]);
            velocity[i] = v;
            parameter[i] -= rate * v;
        }
    }
}
