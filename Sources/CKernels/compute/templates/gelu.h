// GELU(x) = x Φ(x), Φ the normal distribution's own function: PyTorch's gelu with approximate='none'.
//
// Φ(x) - 1/2 is odd: x times a polynomial of x², here the one of degree 14 that comes closest for |x| ≤ 5.4, beyond
// which Φ is 0 or 1 to single precision. It is written in t = 2 x² / 5.4² - 1, from -1 to 1, where its coefficients
// are small and lose nothing to cancellation: GELU is within 9e-7 of the true value for |x| ≤ 8, as erf in single
// precision is.
INLINE vector gelu(vector x) {
    static const float coefficients[] = {
        0.130928114f, -0.0653280541f, 0.0484995917f, -0.039206814f, 0.0321165957f, -0.0257464573f, 0.0196451433f,
        -0.0139633203f, 0.00965119805f, -0.00671533775f, 0.00365891913f, -0.00118641066f, 0.000874936231f,
        -0.00102836872f, 0.000392858026f};
    const float edge = 5.4f;
    vector held = x < edge ? x : (vector)edge;
    held = held > -edge ? held : (vector)-edge;
    const vector t = held * held * (2 / (edge * edge)) - 1;
    vector sum = coefficients[14];
    UNROLLED for (int i = 13; i >= 0; i--) sum = sum * t + coefficients[i];
    return x * (held * sum + 0.5f);
}
