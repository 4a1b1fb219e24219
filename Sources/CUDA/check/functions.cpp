#include "functions.h"

#include <cmath>

namespace check {

const std::vector<mammo_cuda_activation> activations = {
    mammo_cuda_identity, mammo_cuda_gelu, mammo_cuda_silu, mammo_cuda_sigmoid};

const char *name_of(mammo_cuda_activation kind) {
    switch (kind) {
        case mammo_cuda_identity: return "identity";
        case mammo_cuda_gelu: return "gelu";
        case mammo_cuda_silu: return "silu";
        case mammo_cuda_sigmoid: return "sigmoid";
    }
    return "?";
}

static double share(double x) { return 0.5 * std::erfc(-x / std::sqrt(2)); }
static double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

double activation(double x, mammo_cuda_activation kind) {
    switch (kind) {
        case mammo_cuda_identity: return x;
        case mammo_cuda_gelu: return x * share(x);
        case mammo_cuda_silu: return x * sigmoid(x);
        case mammo_cuda_sigmoid: return sigmoid(x);
    }
    return NAN;
}

double slope(double x, mammo_cuda_activation kind) {
    switch (kind) {
        case mammo_cuda_identity: return 1;
        case mammo_cuda_gelu: return share(x) + x * std::exp(-x * x / 2) / std::sqrt(2 * M_PI);
        case mammo_cuda_silu: return sigmoid(x) * (1 + x * sigmoid(-x));
        case mammo_cuda_sigmoid: return sigmoid(x) * sigmoid(-x);
    }
    return NAN;
}

double slope_size(double x, mammo_cuda_activation kind) {
    const double all = slope(x, kind), share = kind == mammo_cuda_gelu ? check::share(x) : sigmoid(x);
    return kind == mammo_cuda_identity || kind == mammo_cuda_sigmoid ? all : share + std::fabs(all - share);
}

expected activated(const expected &value, mammo_cuda_activation kind, mammo_cuda_type type, double roundings) {
    if (kind == mammo_cuda_identity) return value;
    const double result = activation(value.value, kind);
    const double own = type == mammo_cuda_fp32 ? 0 : of_halves / roundings * std::fabs(result);
    // The slopes are below 1.13.
    return {result, 1.13 * value.size + 1 + own};
}

std::vector<double> all_numbers(mammo_cuda_type type) {
    std::vector<double> out;
    for (int bits = 0; bits < 1 << 16; bits++) out.push_back(value_of_bits(static_cast<uint16_t>(bits), type));
    return out;
}

}  // namespace check
