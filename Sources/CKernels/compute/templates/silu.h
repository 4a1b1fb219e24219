// SiLU(x) = x σ(x), σ(x) = 1 / (1 + exp(-x)) the sigmoid function; and their derivatives.
//
// exp(x) = 2^n exp(r), where n is the integer nearest to x / ln 2: for |r| ≤ ln 2 / 2, the polynomial of degree 5 with the
// least relative error is within 9.2e-8 of exp(r). In single precision σ and SiLU are within 3e-7 of their values.

typedef unsigned integers __attribute__((ext_vector_type(LANES)));

/// Results are those of the arguments held within ± this: where exp(x) and its inverse are normal numbers.
static const float exponential_edge = 87;

/// x within the edges; NaN remains NaN.
INLINE vector exponential_bounded(vector x) {
    const vector held = x > exponential_edge ? (vector)exponential_edge : x;
    return held < -exponential_edge ? (vector)-exponential_edge : held;
}

/// exp(x) for x within the edges.
INLINE vector exponential(vector x) {
    // Added to a number, it rounds the sum to an integer and leaves n + 127, the exponent of 2^n, in its lowest bits.
    const float rounding = 0x1.8p23f + 127;
    const vector shifted = x * 1.44269504f + rounding;
    const vector n = shifted - rounding;
    // ln 2 in two parts, of which n times the first is exact.
    const vector r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    vector sum = 0.008290272f;
    sum = sum * r + 0.041898161f;
    sum = sum * r + 0.16667639f;
    sum = sum * r + 0.49999148f;
    sum = sum * r + 0.9999997f;
    return (sum * r + 1) * (vector)((integers)shifted << 23);
}

INLINE vector sigmoid(vector x) { return 1 / (1 + exponential(-exponential_bounded(x))); }

INLINE vector sigmoid_slope(vector x) {
    const vector opposite = exponential(-exponential_bounded(x)), share = 1 / (1 + opposite);
    return share * (opposite * share);
}

INLINE vector silu(vector x) { return x / (1 + exponential(-exponential_bounded(x))); }

/// σ(x) + x σ(x) (1 - σ(x)), with 1 - σ(x) as exp(-x) σ(x), which loses nothing to cancellation.
INLINE vector silu_slope(vector x) {
    const vector held = exponential_bounded(x);
    const vector opposite = exponential(-held), share = 1 / (1 + opposite);
    return share * (held * (opposite * share) + 1);
}
