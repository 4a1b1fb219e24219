// GELU and its derivative for vectors of sixteen lanes: Φ(|x|) - 1/2 by segments, each with a polynomial of its own whose coefficients
// are looked up in registers: a lookup takes one instruction. Half the arithmetic of one polynomial for all x (gelu.h), and less error.
//
// |x| is bounded by 5.7, beyond which Φ is 1 to single precision and the derivative within 2.1e-7. A segment is where
// 15 / 5.7 |x| rounds to the same integer; polynomials are in the rest, from -1/2 to 1/2, and come closest in the largest error.
// Φ is within 1.3e-7 of the true value, the derivative within 2.3e-7.

/// The segment of |x|, in the last four bits of each lane, and the place in it.
typedef struct {
    __m512i segment;
    vector place;
} gelu_argument;

INLINE gelu_argument gelu_bounded(vector x) {
    const float edge = 5.7f, scale = 15 / 5.7f;
    // Added to a small number, leaves it no bits for a fraction.
    const float integers = 0x1.8p23f;
    const vector bounded = (vector)_mm512_min_ps(_mm512_abs_ps((__m512)x), (__m512)(vector)edge);
    const vector rounded = __builtin_elementwise_fma(bounded, (vector)scale, (vector)integers);
    const vector place = __builtin_elementwise_fma(bounded, (vector)scale, integers - rounded);
    return (gelu_argument){(__m512i)rounded, place};
}

INLINE vector gelu_polynomial(const float coefficients[][LANES], const int degree, gelu_argument x) {
    vector sum = (vector)_mm512_permutexvar_ps(x.segment, (__m512)load(coefficients[degree]));
    UNROLLED for (int i = degree - 1; i >= 0; i--) {
        sum = sum * x.place + (vector)_mm512_permutexvar_ps(x.segment, (__m512)load(coefficients[i]));
    }
    return sum;
}

INLINE vector gelu(vector x) {
    // Φ(|x|) - 1/2
    static const float coefficients[][LANES] = {
        {4.70643613e-9f, 0.148027286f, 0.276372701f, 0.372856855f, 0.435744524f, 0.471283436f, 0.488696158f,
         0.496092975f, 0.498817116f, 0.499686897f, 0.49992764f, 0.499985427f, 0.499997437f, 0.499999613f, 0.49999994f,
         0.5f},
        {0.151597589f, 0.141037449f, 0.113571554f, 0.0791577846f, 0.0477534533f, 0.0249344856f, 0.0112687871f,
         0.00440789433f, 0.00149230403f, 0.000437270297f, 0.000110892601f, 2.43392751e-5f, 4.62335083e-6f,
         7.60047556e-7f, 1.08130706e-7f, 1.33339979e-8f},
        {7.57120051e-6f, -0.0101825744f, -0.0163993277f, -0.0171452109f, -0.0137910508f, -0.00900138915f,
         -0.00488175871f, -0.00222786679f, -0.000862031011f, -0.000284176465f, -8.00799098e-5f, -1.93354008e-5f,
         -4.00710178e-6f, -7.13715053e-7f, -1.09364578e-7f, -1.47557646e-8f},
        {-0.00369101088f, -0.00288775377f, -0.00115526328f, 0.000557473104f, 0.0014916982f, 0.00155858672f,
         0.00113788131f, 0.000647061155f, 0.000298692146f, 0.000114246359f, 3.6639125e-5f, 9.92654623e-6f,
         2.28359113e-6f, 4.47699222e-7f, 7.50019282e-8f, 8.54713544e-9f},
        {9.77846939e-5f, 0.000346429151f, 0.000474291883f, 0.000349217298f, 0.000115395203f, -6.42409941e-5f,
         -0.000127918451f, -0.000108935688f, -6.49182839e-5f, -2.99911517e-5f, -1.11871177e-5f, -3.44035175e-6f,
         -8.83097641e-7f, -1.90728031e-7f, -3.48518974e-8f, -8.42543013e-9f},
    };
    const vector magnitude = (vector)_mm512_abs_ps((__m512)x);
    return magnitude * gelu_polynomial(coefficients, 4, gelu_bounded(x)) + 0.5f * x;
}

/// The derivative at x.
INLINE vector gelu_slope(vector x) {
    // At |x|, less 1/2
    static const float coefficients[][LANES] = {
        {1.43480908e-10f, 0.289065748f, 0.50351572f, 0.610327721f, 0.626754761f, 0.595953524f, 0.556308627f,
         0.526949346f, 0.51075685f, 0.503623247f, 0.501037061f, 0.50025332f, 0.500052989f, 0.500009477f, 0.50000149f,
         0.5f},
        {0.303196102f, 0.261710972f, 0.161544144f, 0.0554415546f, -0.0148223881f, -0.0401437618f, -0.0360419527f,
         -0.0223735087f, -0.0108078718f, -0.00424094871f, -0.00138009083f, -0.000376849406f, -8.69823853e-5f,
         -1.7054499e-5f, -2.8503971e-6f, -4.07153408e-7f},
        {4.33285038e-7f, -0.0392593555f, -0.0561244115f, -0.0462992415f, -0.0233022999f, -0.00351147121f,
         0.00584989414f, 0.00685214996f, 0.00451878272f, 0.00218746578f, 0.000836235122f, 0.000260586647f,
         6.73272589e-5f, 1.45722688e-5f, 2.66022926e-6f, 4.1155576e-7f},
        {-0.0145972697f, -0.010216739f, -0.000794199412f, 0.00649228832f, 0.00785474479f, 0.00494358176f,
         0.00145533017f, -0.000481031602f, -0.000887803792f, -0.000620357867f, -0.000297539402f, -0.000109602472f,
         -3.23907407e-5f, -7.85226257e-6f, -1.58213766e-6f, -2.71156068e-7f},
        {1.16658375e-5f, 0.0019907332f, 0.00234265719f, 0.00111068424f, -0.000332523632f, -0.000929129717f,
         -0.000711709436f, -0.000264407485f, 1.54077843e-5f, 8.82731474e-5f, 6.51615919e-5f, 3.07247428e-5f,
         1.08473541e-5f, 3.03121465e-6f, 6.88831221e-7f, 1.10772987e-7f},
        {0.000458680996f, 0.000266340823f, -0.000121913188f, -0.000318719307f, -0.000220831644f, -2.14332176e-5f,
         8.62052693e-5f, 7.91762577e-5f, 3.2374377e-5f, 1.0680576e-6f, -7.46282103e-6f, -5.59115551e-6f,
         -2.52436962e-6f, -8.36954655e-7f, -2.17329202e-7f, -6.71687488e-8f},
    };
    const __m512i signs = _mm512_and_epi32((__m512i)x, _mm512_set1_epi32((int)0x80000000));
    const vector share = gelu_polynomial(coefficients, 5, gelu_bounded(x));
    return (vector)_mm512_xor_epi32((__m512i)share, signs) + 0.5f;
}
