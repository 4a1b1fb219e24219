// The activations by name. `activation` is a constant wherever these are called in an inner loop.

INLINE vector activated(vector x, const ckernels_activation activation) {
    switch (activation) {
        case ckernels_activation_none: return x;
        case ckernels_activation_silu: return silu(x);
        case ckernels_activation_gelu: return gelu(x);
        case ckernels_activation_sigmoid: return sigmoid(x);
    }
}

/// The derivative at x.
INLINE vector activation_slope(vector x, const ckernels_activation activation) {
    switch (activation) {
        case ckernels_activation_none: return 1;
        case ckernels_activation_silu: return silu_slope(x);
        case ckernels_activation_gelu: return gelu_slope(x);
        case ckernels_activation_sigmoid: return sigmoid_slope(x);
    }
}
