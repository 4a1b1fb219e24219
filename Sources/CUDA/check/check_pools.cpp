// The largest value and the generalised mean over an image's positions.
#include "check.h"

#include <cmath>
#include <limits>

namespace check {

namespace {

/// The last takes more blocks than an image is shared out to, and more than one block of threads for its channels.
std::vector<mammo_cuda_shape> several() {
    std::vector<mammo_cuda_shape> all = shapes;
    all.push_back({3, 40, 30, 24});
    all.push_back({1, 37, 29, 1028});
    return all;
}

int64_t pooled(mammo_cuda_shape s) { return int64_t(s.images) * s.channels; }

/// Where a position of the image of a pooled value is.
int64_t place(mammo_cuda_shape s, int64_t i, int64_t position) {
    return (i / s.channels * positions(s) + position) * s.channels + i % s.channels;
}

/// Of the value at `at`: which pooled value takes it.
int64_t owner(mammo_cuda_shape s, int64_t at) { return at / s.channels / positions(s) * s.channels + at % s.channels; }

const double infinity = std::numeric_limits<double>::infinity(), not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Few different values, so that many are equal; channels below zero alone, with two that are NaN, and of -∞ alone.
std::vector<double> ties(random_values &random, mammo_cuda_shape s) {
    std::vector<double> made = random.array(count(s));
    for (double &value : made) value = std::round(value * 8) / 4;
    for (int64_t i = 0; i < pooled(s); i++) {
        for (int64_t p = 0; p < positions(s); p++) {
            double &value = made[place(s, i, p)];
            if (i % 5 == 1) value = -std::fabs(value);
            if (i % 5 == 2 && (p == positions(s) / 3 || p == positions(s) / 2)) value = not_a_number;
            if (i % 5 == 3) value = -infinity;
        }
    }
    return made;
}

/// By one comparison after another.
struct plain_maxima {
    std::vector<double> largest;
    std::vector<int32_t> places;

    plain_maxima(const values &in, mammo_cuda_shape s) : largest(pooled(s)), places(pooled(s)) {
        for (int64_t i = 0; i < pooled(s); i++) {
            largest[i] = in[place(s, i, 0)];
            for (int64_t p = 1; p < positions(s); p++) {
                const double value = in[place(s, i, p)];
                if (value > largest[i] || std::isnan(value)) largest[i] = value, places[i] = static_cast<int32_t>(p);
            }
        }
    }
};

void maxima_of(session &on, random_values &random, mammo_cuda_shape s, mammo_cuda_type type) {
    const values in(on, type, ties(random, s));
    const plain_maxima plain(in, s);
    const std::string what = text(s) + " " + name_of(type);
    values out(on, mammo_cuda_fp32, pooled(s));
    const result largest = {"out", &out, [&](int64_t i) { return expected{plain.largest[i], 0}; }, 0};
    const integers<int32_t> places(on, std::vector<int32_t>(pooled(s), -1));
    run(on, "maxima " + what,
        [&] { return on.table->maxima(on.context, in.device(), type, out.floats(), places.device(), s); }, {largest});
    on.attempt([&] {
        const auto found = places.read();
        for (int64_t i = 0; i < pooled(s); i++) {
            if (found[i] == plain.places[i]) continue;
            return on.report(
                "places[" + std::to_string(i) + "] is " + std::to_string(found[i]) + ", where " +
                std::to_string(plain.places[i]) + " is expected");
        }
    });
    run(on, "maxima " + what + " without places",
        [&] { return on.table->maxima(on.context, in.device(), type, out.floats(), nullptr, s); }, {largest});
    if (type != mammo_cuda_fp32) return;
    const integers<int32_t> given(on, plain.places);
    const values slopes(on, mammo_cuda_fp32, random.array(pooled(s)));
    values back(on, mammo_cuda_fp32, count(s));
    run(on, "maxima_gradient " + what,
        [&] { return on.table->maxima_gradient(on.context, slopes.floats(), given.device(), back.floats(), s); },
        {{"input_gradient", &back,
          [&](int64_t at) {
              const int64_t i = owner(s, at);
              return expected{plain.places[i] == at / s.channels % positions(s) ? slopes[i] : 0, 0};
          },
          0}});
}

constexpr float epsilon = 1e-6f;

/// The mean and its derivative by the exponent, whose terms may nearly cancel.
struct plain_mean {
    double mean;
    expected slope;

    plain_mean(const values &in, mammo_cuda_shape s, int64_t i, double exponent) {
        double powers = 0;
        expected weighted;
        for (int64_t p = 0; p < positions(s); p++) {
            const double value = in[place(s, i, p)], x = value < epsilon ? double(epsilon) : value;
            const double power = std::isfinite(x) ? std::pow(x, exponent) : not_a_number;
            powers += power, weighted.add(power * std::log(x));
        }
        mean = std::pow(powers / positions(s), 1 / exponent);
        const double factor = mean / exponent;
        slope = {factor * (weighted.value / powers - std::log(mean)),
                 std::fabs(factor) * (weighted.size / powers + std::fabs(std::log(mean)))};
    }
};

void generalised_mean_of(
    session &on, random_values &random, mammo_cuda_shape s, mammo_cuda_type type, double given, bool is_finite = true) {
    const values exponent(on, mammo_cuda_fp32, std::vector<double>{given});
    const double p = exponent[0];
    std::vector<double> drawn = random.array(count(s), 3);
    if (!is_finite) drawn[drawn.size() / 2] = not_a_number, drawn[0] = infinity;
    const values in(on, type, drawn);
    std::vector<double> means, slope_values;
    std::vector<expected> slopes;
    for (int64_t i = 0; i < pooled(s); i++) {
        const plain_mean plain(in, s, i, p);
        means.push_back(plain.mean), slopes.push_back(plain.slope), slope_values.push_back(plain.slope.value);
    }
    const std::string what =
        text(s) + " " + name_of(type) + " p " + std::to_string(p).substr(0, 5) + (is_finite ? "" : " not finite");
    values out(on, mammo_cuda_fp32, pooled(s)), derived(on, mammo_cuda_fp32, pooled(s));
    // 3e-7.
    const result mean = {"out", &out, [&](int64_t i) { return expected{means[i], std::fabs(means[i])}; }, 5};
    for (bool keeps : {true, false}) {
        std::vector<result> results = {mean};
        if (keeps) results.push_back({"slopes", &derived, [&](int64_t i) { return slopes[i]; }, 5});
        run(on, "generalised_mean " + what + (keeps ? "" : " alone"),
            [&] {
                return on.table->generalised_mean(
                    on.context, in.device(), type, exponent.floats(), epsilon, out.floats(),
                    keeps ? derived.floats() : nullptr, s);
            },
            results);
    }
    const values given_means(on, mammo_cuda_fp32, means), given_slopes(on, mammo_cuda_fp32, slope_values);
    const values gradient(on, mammo_cuda_fp32, random.array(pooled(s)));
    values back(on, mammo_cuda_fp32, count(s)), exponents(on, mammo_cuda_fp32, random.array(1));
    const result input_gradient = {
        "input_gradient", &back,
        [&](int64_t at) {
            const int64_t i = owner(s, at);
            if (in[at] < epsilon) return expected{0, 0};
            const double share = std::isfinite(in[at]) ? in[at] / given_means[i] : not_a_number;
            const double value = gradient[i] / positions(s) * std::pow(share, p - 1);
            return expected{value, std::fabs(value)};
        },
        // The share's rounding counts p - 1 times.
        6 + std::fabs(p - 1)};
    const result exponent_gradient = {
        "exponent_gradient", &exponents,
        [&](int64_t) {
            expected sum;
            sum.add(exponents[0]);
            for (int64_t i = 0; i < pooled(s); i++) sum.add(gradient[i] * given_slopes[i]);
            return sum;
        },
        1};
    const auto run_back = [&](const std::string &which, bool to_input, bool to_exponent) {
        std::vector<result> results;
        if (to_input) results.push_back(input_gradient);
        if (to_exponent) results.push_back(exponent_gradient);
        run(on, "generalised_mean_gradient " + what + which,
            [&] {
                return on.table->generalised_mean_gradient(
                    on.context, in.device(), type, exponent.floats(), epsilon, given_means.floats(),
                    given_slopes.floats(), gradient.floats(), to_input ? back.floats() : nullptr,
                    to_exponent ? exponents.floats() : nullptr, s);
            },
            results);
    };
    run_back("", true, true);
    if (type != mammo_cuda_fp32) return;
    run_back(" of the input", true, false);
    run_back(" of the exponent", false, true);
}

}  // namespace

void maxima(session &on) {
    random_values random(13);
    for (const mammo_cuda_shape &s : several()) {
        for (mammo_cuda_type type : types) maxima_of(on, random, s, type);
    }
}

void generalised_mean(session &on) {
    random_values random(14);
    const double exponents[] = {3, 1, 1.5, 2.625, 4.2, 6};
    for (const mammo_cuda_shape &s : several()) {
        for (mammo_cuda_type type : types) {
            for (double p : exponents) {
                generalised_mean_of(on, random, s, type, p);
                // Enough of a large one.
                if (count(s) > 1'000'000) break;
            }
            generalised_mean_of(on, random, s, type, 3, false);
        }
    }
}

}  // namespace check
