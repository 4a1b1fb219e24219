// GELU and its gradient, and in 16 bits for every number that there is.
#include "check_rows.h"
#include "functions.h"

#include <cmath>

namespace check {

namespace {

/// Values that are added up before an activation.
struct hidden {
    const values &in, &bias;
    int channels;

    double sum(int64_t i) const { return in[i] + bias[i % channels]; }
    /// Where a share is near zero it is a difference from one.
    double size(int64_t i) const { return std::fabs(in[i]) + std::fabs(bias[i % channels]) + 1; }
    expected activated(int64_t i) const { return {activation(sum(i), mammo_cuda_gelu), size(i)}; }
};

void forward(session &on, rows_case s, mammo_cuda_type type, random_values &random) {
    const values in(on, type, random.array(s.rows * s.channels, 5));
    const values bias(on, mammo_cuda_fp32, random.array(s.channels));
    const hidden of = {in, bias, s.channels};
    for (bool in_place : {false, true}) {
        values out(on, type, in.host);
        run(on, name("gelu", s, type) + (in_place ? " in place" : ""),
            [&] {
                return on.table->gelu(
                    on.context, in_place ? out.device() : in.device(), bias.floats(), out.device(), type, s.rows,
                    s.channels);
            },
            {{"out", &out, [&](int64_t i) { return of.activated(i); }, 4}});
    }
}

/// What becomes of the activation in the gradient's launch: it is not asked for, or has a place of its own, or that of its input.
enum class activation_goes { nowhere, apart, in_place };

void backward(session &on, rows_case s, mammo_cuda_type type, activation_goes to, random_values &random) {
    const char *const names[] = {"", " activated", " activated in place"};
    const values in(on, type, random.array(s.rows * s.channels, 5));
    const values bias(on, mammo_cuda_fp32, random.array(s.channels));
    values gradient(on, type, random.array(s.rows * s.channels));
    values biases(on, mammo_cuda_fp32, random.array(s.channels));
    values out(on, type, in.host);
    const hidden of = {in, bias, s.channels};
    const auto product = [&](int64_t i) {
        return expected{gradient[i] * slope(of.sum(i), mammo_cuda_gelu), std::fabs(gradient[i]) * of.size(i)};
    };
    std::vector<result> results = {
        {"gradient", &gradient, product, 8},
        {"bias_gradient", &biases,
         [&](int64_t c) {
             expected total;
             total.add(biases[c]);
             for (int64_t row = 0; row < s.rows; row++) total.add(product(row * s.channels + c));
             return total;
         },
         32}};
    if (to != activation_goes::nowhere) {
        results.push_back(
            {"activated", &out, [&](int64_t i) { return of.activated(i); }, 4});
    }
    run(on, name("gelu_gradient", s, type) + names[static_cast<int>(to)],
        [&] {
            return on.table->gelu_gradient(
                on.context, to == activation_goes::in_place ? out.device() : in.device(), bias.floats(), gradient.device(),
                to == activation_goes::nowhere ? nullptr : out.device(), type, biases.floats(), s.rows, s.channels);
        },
        results);
}

/// Without a bias each number of 16 bits is its own argument. The error is wanted as a share of the value, at both ends of the
/// curve; a slope's, which goes through zero, as a share of its two terms.
void each_number(session &on, mammo_cuda_type type) {
    const int channels = 64;
    const std::vector<double> numbers = all_numbers(type);
    const int64_t rows = static_cast<int64_t>(numbers.size()) / channels;
    const values in(on, type, numbers);
    const values none(on, mammo_cuda_fp32, std::vector<double>(channels, 0));
    const auto value = [&](int64_t i) { return activation(in[i], mammo_cuda_gelu); };
    const auto whole = [&](int64_t i) { return expected{value(i), std::fabs(value(i)) + flushed_exponential}; };
    values out(on, type, in.host);
    run(on, std::string("gelu of all numbers of ") + name_of(type),
        [&] {
            return on.table->gelu(on.context, in.device(), none.floats(), out.device(), type, rows, channels);
        },
        {{"out", &out, whole, of_halves}});
    values gradient(on, type, std::vector<double>(numbers.size(), 1));
    values biases(on, mammo_cuda_fp32, std::vector<double>(channels, 0));
    run(on, std::string("gelu_gradient of all numbers of ") + name_of(type),
        [&] {
            return on.table->gelu_gradient(
                on.context, in.device(), none.floats(), gradient.device(), out.device(), type, biases.floats(), rows,
                channels);
        },
        {{"gradient", &gradient,
          [&](int64_t i) {
              return expected{slope(in[i], mammo_cuda_gelu), slope_size(in[i], mammo_cuda_gelu) + flushed_exponential};
          },
          of_halves},
         {"activated", &out, whole, of_halves}});
}

}  // namespace

void gelu(session &on) {
    random_values random(4);
    for (const rows_case &s : rows_cases) {
        for (mammo_cuda_type type : types) {
            forward(on, s, type, random);
            for (activation_goes to : {activation_goes::nowhere, activation_goes::apart, activation_goes::in_place}) {
                backward(on, s, type, to, random);
            }
        }
    }
    for (mammo_cuda_type type : {mammo_cuda_fp16, mammo_cuda_bf16}) each_number(on, type);
}

}  // namespace check
