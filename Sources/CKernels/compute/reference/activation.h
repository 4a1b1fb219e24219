// The activations and their derivatives.
static double normal_share(double x) { return 0.5 * (1 + erf(x / sqrt(2))); }

static double gelu(double x) { return x * normal_share(x); }

static double gelu_slope(double x) { return normal_share(x) + x * exp(-x * x / 2) / sqrt(2 * M_PI); }

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static double sigmoid_slope(double x) { return sigmoid(x) * sigmoid(-x); }

static double silu(double x) { return x * sigmoid(x); }

static double silu_slope(double x) { return sigmoid(x) + x * sigmoid_slope(x); }

static double activated(double x, ckernels_activation activation) {
    switch (activation) {
        case ckernels_activation_none: return x;
        case ckernels_activation_silu: return silu(x);
        case ckernels_activation_gelu: return gelu(x);
        case ckernels_activation_sigmoid: return sigmoid(x);
    }
}

static double activation_slope(double x, ckernels_activation activation) {
    switch (activation) {
        case ckernels_activation_none: return 1;
        case ckernels_activation_silu: return silu_slope(x);
        case ckernels_activation_gelu: return gelu_slope(x);
        case ckernels_activation_sigmoid: return sigmoid_slope(x);
    }
}
