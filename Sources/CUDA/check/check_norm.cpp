#include "check.h"

#include <cmath>

namespace check {

namespace {

struct row_of {
    double mean = 0, inverse = 0;
};

row_of statistics(const values &in, int64_t row, int channels, double epsilon) {
    double mean = 0, variance = 0;
    for (int c = 0; c < channels; c++) mean += in[row * channels + c] / channels;
    for (int c = 0; c < channels; c++) variance += std::pow(in[row * channels + c] - mean, 2) / channels;
    return {mean, 1 / std::sqrt(variance + epsilon)};
}

struct rows_case {
    int64_t rows;
    int channels;
};

/// Rows of a warp are 8, 4, 2 and 1 by the number of channels, and the last warp has some and not all of them. 600 rows make
/// several blocks of the gradient's; 1024 and 1600 channels each take another way.
const std::vector<rows_case> cases = {{1, 1},     {5, 3},    {13, 8},  {7, 24},  {9, 40},   {600, 96}, {13, 100},
                                      {77, 192}, {33, 301}, {5, 384}, {9, 768}, {3, 1024}, {2, 1600}};

std::string name(const char *operation, rows_case s, mammo_cuda_type one, mammo_cuda_type other) {
    return std::string(operation) + " " + std::to_string(s.rows) + "x" + std::to_string(s.channels) + " " + name_of(one) +
           " " + name_of(other);
}

constexpr float epsilon = 1e-6f;

void forward(session &on, rows_case s, mammo_cuda_type in_type, mammo_cuda_type out_type, int offset, random_values &random) {
    // Far from zero, where a variance by the difference of squares would be lost.
    const values in(on, in_type, random.array(s.rows * s.channels, 1, in_type == mammo_cuda_fp32 ? 30 : 3), offset);
    const values gamma(on, mammo_cuda_fp32, random.array(s.channels)), beta(on, mammo_cuda_fp32, random.array(s.channels));
    values out(on, out_type, s.rows * s.channels);
    values kept(on, mammo_cuda_fp32, s.rows * 2);
    std::vector<row_of> rows;
    for (int64_t row = 0; row < s.rows; row++) rows.push_back(statistics(in, row, s.channels, epsilon));
    const auto operation = [&](float *statistics) {
        return on.table->layer_norm(
            on.context, in.device(), in_type, gamma.floats(), beta.floats(), epsilon, out.device(), out_type, statistics,
            s.rows, s.channels);
    };
    run(on, name("layer_norm", s, in_type, out_type) + (offset ? " not aligned" : ""),
        [&] { return operation(kept.floats()); },
        {{"out", &out,
          [&](int64_t i) {
              const row_of row = rows[i / s.channels];
              const int64_t c = i % s.channels;
              expected sum;
              sum.add((in[i] - row.mean) * row.inverse * gamma[c]);
              sum.add(beta[c]);
              // The mean is known to a rounding of itself, and the deviation to that as a share of the deviation.
              sum.size += std::fabs(row.mean) * row.inverse * std::fabs(gamma[c]);
              return sum;
          },
          16},
         {"statistics", &kept,
          [&](int64_t i) {
              const row_of row = rows[i / 2];
              return i % 2 == 0 ? expected{row.mean, std::fabs(row.mean) + 1}
                                : expected{row.inverse, row.inverse * (1 + std::fabs(row.mean) * row.inverse)};
          },
          16}});
    on.attempt([&] {
        on.need(operation(kept.floats()));
        const auto with = out.digest();
        out.restore();
        on.need(operation(nullptr));
        if (out.digest() != with) on.report("other bits without statistics");
    });
}

/// Where the gradient goes: to a place of its own, and the normalised rows are not wanted; to that of the output's gradient, and
/// the rows to a place of their own, or to that of the input.
enum class placing { apart, in_place, all_in_place };

void backward(
    session &on, rows_case s, mammo_cuda_type in_type, mammo_cuda_type type, placing places, random_values &random) {
    const char *const names[] = {"", " in place", " all in place"};
    const bool in_place = places != placing::apart;
    const values in(on, in_type, random.array(s.rows * s.channels));
    const values gamma(on, mammo_cuda_fp32, random.array(s.channels)), beta(on, mammo_cuda_fp32, random.array(s.channels));
    values gradient(on, type, random.array(s.rows * s.channels));
    values out(on, in_place ? type : mammo_cuda_fp32, s.rows * s.channels);
    values normals(on, in_type, in.host);
    values gammas(on, mammo_cuda_fp32, random.array(s.channels)), betas(on, mammo_cuda_fp32, random.array(s.channels));
    std::vector<double> given;
    struct row_sums {
        row_of of;
        double mean = 0, share = 0, size = 0;
    };
    std::vector<row_sums> rows;
    for (int64_t row = 0; row < s.rows; row++) {
        row_sums sums;
        const row_of exact = statistics(in, row, s.channels, epsilon);
        given.push_back(exact.mean), given.push_back(exact.inverse);
        sums.of = {rounded(exact.mean, mammo_cuda_fp32), rounded(exact.inverse, mammo_cuda_fp32)};
        for (int c = 0; c < s.channels; c++) {
            const double slope = gradient[row * s.channels + c] * gamma[c];
            const double normal = (in[row * s.channels + c] - sums.of.mean) * sums.of.inverse;
            sums.mean += slope / s.channels, sums.share += slope * normal / s.channels;
            sums.size += std::fabs(slope) * (1 + std::fabs(normal)) / s.channels;
        }
        rows.push_back(sums);
    }
    const values kept(on, mammo_cuda_fp32, given);
    const auto normal = [&](int64_t i) {
        const row_sums &row = rows[i / s.channels];
        return (in[i] - row.of.mean) * row.of.inverse;
    };
    const auto summed = [&](const values &begin, bool with_normal) {
        return [&, with_normal](int64_t c) {
            expected sum;
            sum.add(begin[c]);
            for (int64_t row = 0; row < s.rows; row++) {
                const int64_t i = row * s.channels + c;
                sum.add(gradient[i] * (with_normal ? normal(i) : 1));
                if (with_normal) sum.size += std::fabs(gradient[i] * rows[row].of.inverse * rows[row].of.mean);
            }
            return sum;
        };
    };
    std::vector<result> results = {
        {"input_gradient", in_place ? &gradient : &out,
         [&](int64_t i) {
             const row_sums &row = rows[i / s.channels];
             const double slope = gradient[i] * gamma[i % s.channels], n = normal(i);
             return expected{
                 (slope - row.mean - n * row.share) * row.of.inverse,
                 (std::fabs(slope) + row.size * (1 + std::fabs(n))) * (1 + std::fabs(row.of.mean) * row.of.inverse) *
                     row.of.inverse};
         },
         16},
        {"gamma_gradient", &gammas, summed(gammas, true), 32},
        {"beta_gradient", &betas, summed(betas, false), 32}};
    if (in_place) {
        results.push_back(
            {"normal", &normals,
             [&](int64_t i) {
                 const row_of &row = rows[i / s.channels].of;
                 const int64_t c = i % s.channels;
                 expected sum;
                 sum.add(normal(i) * gamma[c]), sum.add(beta[c]);
                 sum.size += std::fabs(row.mean) * row.inverse * std::fabs(gamma[c]);
                 return sum;
             },
             4});
    }
    run(on, name("layer_norm_gradient", s, in_type, type) + names[static_cast<int>(places)],
        [&] {
            return on.table->layer_norm_gradient(
                on.context, places == placing::all_in_place ? normals.device() : in.device(), in_type, kept.floats(),
                gamma.floats(), in_place ? beta.floats() : nullptr, gradient.device(), type,
                in_place ? gradient.device() : out.device(), in_place ? type : mammo_cuda_fp32,
                in_place ? normals.device() : nullptr, gammas.floats(), betas.floats(), s.rows, s.channels);
        },
        results);
}

}  // namespace

void layer_norm(session &on) {
    random_values random(3);
    for (const rows_case &s : cases) {
        for (auto [one, other] : type_pairs()) {
            forward(on, s, one, other, 0, random);
            for (placing each : {placing::apart, placing::in_place, placing::all_in_place}) {
                backward(on, s, one, other, each, random);
            }
        }
    }
    forward(on, {5, 96}, mammo_cuda_fp16, mammo_cuda_fp16, 1, random);
    forward(on, {5, 96}, mammo_cuda_fp32, mammo_cuda_fp16, 1, random);
}

}  // namespace check
