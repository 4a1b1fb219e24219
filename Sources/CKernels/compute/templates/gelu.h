// GELU(x) = x Φ(x), Φ the normal distribution's own function: PyTorch's gelu with approximate='none'; and its derivative,
// Φ(x) + x φ(x).
//
// Φ - 1/2 and the derivative - 1/2 are odd: x times a polynomial of x², here those of degree 14 and 15 that come closest
// for |x| ≤ 5.4, beyond which both are 0 or 1 to single precision. They are written in t = 2 x² / 5.4² - 1, from -1 to 1,
// where the coefficients are small and lose nothing to cancellation: GELU is within 9e-7 of the true value for |x| ≤ 8, as
// erf in single precision is, the derivative within 8e-7.

/// x within the edges, and t.
typedef struct {
    vector held;
    vector t;
} gelu_argument;

INLINE gelu_argument gelu_bounded(vector x) {
    const float edge = 5.4f;
    vector held = x < edge ? x : (vector)edge;
    held = held > -edge ? held : (vector)-edge;
    return (gelu_argument){held, held * held * (2 / (edge * edge)) - 1};
}

INLINE vector gelu_horner(const float *coefficients, const int degree, vector t) {
    vector sum = coefficients[degree];
    UNROLLED for (int i = degree - 1; i >= 0; i--) sum = sum * t + coefficients[i];
    return sum;
}

/// Φ of the argument.
INLINE vector gelu_share(gelu_argument x) {
    static const float coefficients[] = {
        0.130928114f, -0.0653280541f, 0.0484995917f, -0.039206814f, 0.0321165957f, -0.0257464573f, 0.0196451433f,
        -0.0139633203f, 0.00965119805f, -0.00671533775f, 0.00365891913f, -0.00118641066f, 0.000874936231f,
        -0.00102836872f, 0.000392858026f};
    return x.held * gelu_horner(coefficients, 14, x.t) + 0.5f;
}

INLINE vector gelu(vector x) { return x * gelu_share(gelu_bounded(x)); }

/// The derivative at x.
INLINE vector gelu_slope(vector x) {
    static const float coefficients[] = {
        0.131200284f, -0.0673125461f, 0.0557373017f, -0.0567808896f, 0.0640501305f, -0.0724668726f, 0.0772200152f,
        -0.0730843544f, 0.0601555035f, -0.0498482212f, 0.0426974259f, -0.0239194874f, 0.00522832666f,
        -0.00571339857f, 0.0089492593f, -0.00351973763f};
    const gelu_argument bounded = gelu_bounded(x);
    return bounded.held * gelu_horner(coefficients, 15, bounded.t) + 0.5f;
}
