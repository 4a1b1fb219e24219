// SiLU and the sigmoid with their derivatives, in 16 bits for every number that there is.
#include "functions.h"

#include <cmath>

namespace check {

namespace {

/// The error is wanted as a share of the value, at both ends of the curve; a slope's, which goes through zero, as a share of its
/// two terms.
void each_number(session &on, mammo_cuda_type type, mammo_cuda_activation activation) {
    const std::vector<double> numbers = all_numbers(type);
    const int channels = 64;
    const int rows = static_cast<int>(numbers.size()) / channels;
    const values in(on, type, numbers);
    values out(on, type, static_cast<int64_t>(numbers.size()));
    mammo_cuda_affine call = {};
    call.in = in.device(), call.in_type = type, call.activation = activation;
    call.out = out.device(), call.out_type = type, call.shape = {1, rows, 1, channels};
    const std::string what = std::string(name_of(activation)) + " of all numbers of " + name_of(type);
    run(on, what, [&] { return on.table->affine(on.context, &call); },
        {{"out", &out,
          [&](int64_t i) {
              const double value = check::activation(in[i], activation);
              return expected{value, std::fabs(value) + flushed_quotient};
          },
          of_halves}});
    const values gradient(on, type, std::vector<double>(numbers.size(), 1));
    mammo_cuda_slopes slopes = {};
    slopes.in = in.device(), slopes.in_type = type, slopes.gradient = gradient.device(), slopes.gradient_type = type;
    slopes.activation = activation, slopes.rows = rows, slopes.channels = channels;
    run(on, "gradient of " + what,
        [&] { return on.table->batch_gradient(on.context, &slopes, nullptr, 1, out.device(), type); },
        {{"out", &out,
          [&](int64_t i) {
              // The limit on the left: the formula has a product of zero and an infinity there.
              if (in[i] == -INFINITY) return expected{0, flushed_quotient};
              return expected{slope(in[i], activation), slope_size(in[i], activation) + flushed_quotient};
          },
          of_halves}});
}

}  // namespace

void sigmoid(session &on) {
    for (mammo_cuda_type type : {mammo_cuda_fp16, mammo_cuda_bf16}) {
        for (mammo_cuda_activation activation : {mammo_cuda_silu, mammo_cuda_sigmoid}) each_number(on, type, activation);
    }
}

}  // namespace check
