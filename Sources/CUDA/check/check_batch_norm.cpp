// Batch normalisation in training: sums over a batch, statistics, and the way back.
#include "functions.h"

#include <cmath>

namespace check {

namespace {

struct rows_case {
    int64_t rows;
    int channels;
};

/// 2504 channels take more than one block of threads; 40 003 rows more blocks than are summed at once.
const std::vector<rows_case> cases = {{1, 1}, {5, 3}, {13, 8}, {70, 24}, {1, 40}, {4003, 16}, {40003, 1}, {13, 100}, {5, 2504}};

std::string name(const char *operation, rows_case s, mammo_cuda_type type) {
    return std::string(operation) + " " + std::to_string(s.rows) + "x" + std::to_string(s.channels) + " " + name_of(type);
}

/// A case whose results are double precision: they may be off by a share of their terms' sizes.
void compare_exact(
    session &on, const std::string &what, const std::vector<double> &found, const std::vector<expected> &want, double share) {
    for (size_t i = 0; i < want.size(); i++) {
        if (std::fabs(found[i] - want[i].value) <= share * want[i].size + 1e-300) continue;
        return on.report(
            what + "[" + std::to_string(i) + "] is " + std::to_string(found[i]) + ", where " +
            std::to_string(want[i].value) + " is expected");
    }
}

void moments(session &on, rows_case s, mammo_cuda_type type, random_values &random) {
    // Far from zero: the variance is a difference of sums.
    const values in(on, type, random.array(s.rows * s.channels, 1, 3));
    std::vector<expected> want(2 * s.channels);
    for (int64_t i = 0; i < s.rows * s.channels; i++) {
        want[i % s.channels].add(in[i]), want[s.channels + i % s.channels].add(in[i] * in[i]);
    }
    const integers<double> sums(on, std::vector<double>(2 * s.channels, NAN));
    on.begin_case(name("batch_moments", s, type));
    on.attempt([&] {
        std::vector<double> found[2];
        for (auto &each : found) {
            on.need(on.table->batch_moments(on.context, in.device(), type, s.rows, s.channels, sums.device()));
            each = sums.read();
        }
        if (found[0] != found[1]) on.report("other bits the second time");
        // Eight values are added in fp32, 4 roundings of their sum at most.
        compare_exact(on, "sums", found[0], want, 8 * 0x1p-24);
    });
}

struct statistics_case {
    double count;
    bool has_sums, updates;
};

void statistics(session &on, int channels, statistics_case of, random_values &random) {
    const auto some = [&](double scale, double middle) { return random.array(channels, scale, middle); };
    std::vector<double> sums(2 * channels);
    for (int c = 0; c < channels; c++) {
        const double mean = random.next(), square = mean * mean + 1 + random.next();
        sums[c] = mean * of.count, sums[channels + c] = square * of.count;
    }
    const integers<double> given(on, sums);
    const values gamma(on, mammo_cuda_fp32, some(1, 0)), beta(on, mammo_cuda_fp32, some(1, 0));
    values running_mean(on, mammo_cuda_fp32, some(1, 0)), running_variance(on, mammo_cuda_fp32, some(0.5, 1));
    values counter(on, mammo_cuda_fp32, std::vector<double>{41});
    values mean(on, mammo_cuda_fp32, channels), inverse(on, mammo_cuda_fp32, channels);
    values scale(on, mammo_cuda_fp32, channels), shift(on, mammo_cuda_fp32, channels);
    const mammo_cuda_batch_norm norm = {
        channels, 1e-3f, 0.1f, gamma.floats(), beta.floats(), running_mean.floats(), running_variance.floats(),
        counter.floats(), mean.floats(), inverse.floats(), scale.floats(), shift.floats()};
    const auto mean_of = [&](int64_t c) { return of.has_sums ? sums[c] / of.count : running_mean[c]; };
    const auto variance_of = [&](int64_t c) {
        return of.has_sums ? sums[channels + c] / of.count - mean_of(c) * mean_of(c) : running_variance[c];
    };
    const auto inverse_of = [&](int64_t c) { return 1 / std::sqrt(variance_of(c) + 1e-3f); };
    const bool moves = of.has_sums && of.updates;
    const double share = 0.1f, unbiased = of.count > 1 ? of.count / (of.count - 1) : 1;
    const auto moved = [&](const values &before, int64_t c, double to) {
        return expected{moves ? (1 - share) * before[c] + share * to : before[c], moves ? 2.0 : 0.0};
    };
    const auto sized = [](double value) { return expected{value, std::fabs(value)}; };
    run(on,
        "batch_statistics " + std::to_string(channels) + (of.has_sums ? " of a batch" : " running") +
            (of.updates ? " updates" : ""),
        [&] {
            return on.table->batch_statistics(
                on.context, of.has_sums ? given.device() : nullptr, of.count, &norm, of.updates);
        },
        {{"mean", &mean, [&](int64_t c) { return sized(mean_of(c)); }, 1},
         {"inverse", &inverse, [&](int64_t c) { return sized(inverse_of(c)); }, 1},
         {"scale", &scale, [&](int64_t c) { return sized(gamma[c] * inverse_of(c)); }, 1},
         {"shift", &shift,
          [&](int64_t c) {
              expected sum;
              sum.add(beta[c]), sum.add(-mean_of(c) * gamma[c] * inverse_of(c));
              return sum;
          },
          1},
         {"running_mean", &running_mean, [&](int64_t c) { return moved(running_mean, c, mean_of(c)); }, 1},
         {"running_variance", &running_variance,
          [&](int64_t c) { return moved(running_variance, c, variance_of(c) * unbiased); }, 1},
         {"counter", &counter, [&](int64_t) { return expected{moves ? 42.0 : 41.0, 0}; }, 0}});
}

/// Of the results that are made of slopes, those that may be off least.
constexpr double least_roundings = 12;

/// A map with its statistics and the gradient of the activation's result, and references of what is made of them.
struct slopes_case {
    rows_case s;
    mammo_cuda_activation activation;
    values in, gradient, mean, inverse, scale, shift;

    slopes_case(
        session &on, rows_case s, mammo_cuda_type in_type, mammo_cuda_type type, mammo_cuda_activation activation,
        random_values &random)
        : s(s), activation(activation), in(on, in_type, random.array(s.rows * s.channels, 2, 1)),
          gradient(on, type, random.array(s.rows * s.channels)), mean(on, mammo_cuda_fp32, random.array(s.channels)),
          inverse(on, mammo_cuda_fp32, random.array(s.channels, 0.5, 1)),
          scale(on, mammo_cuda_fp32, random.array(s.channels)), shift(on, mammo_cuda_fp32, random.array(s.channels)) {}

    mammo_cuda_slopes call() const {
        return {in.device(),     in.type,         gradient.device(), gradient.type, mean.floats(), inverse.floats(),
                scale.floats(), shift.floats(), activation,        s.rows,        s.channels};
    }
    std::string name(const char *operation) const {
        return check::name(operation, s, in.type) + " " + name_of(gradient.type) + " " + name_of(activation);
    }
    double normal(int64_t i) const { return (in[i] - mean[i % s.channels]) * inverse[i % s.channels]; }
    /// What a slope made for 16 bits is off, as a size of the fewest roundings below.
    double own(double x) const {
        return gradient.type == mammo_cuda_fp32 ? 0 : of_halves / least_roundings * slope_size(x, activation);
    }
    /// The gradient of the activation's argument; its size grows with the argument's, to which the slope is true.
    expected slope(int64_t i) const {
        const double x = in[i] * scale[i % s.channels], y = shift[i % s.channels];
        const double sized = activation == mammo_cuda_identity ? 1 : 2 + std::fabs(x) + std::fabs(y) + own(x + y);
        return {gradient[i] * check::slope(x + y, activation), std::fabs(gradient[i]) * sized};
    }
    /// Σ of the slopes, then of the slopes times what is normalised.
    std::vector<expected> sums() const {
        std::vector<expected> out(2 * s.channels);
        for (int64_t i = 0; i < s.rows * s.channels; i++) {
            const expected one = slope(i);
            const double size = (std::fabs(in[i]) + std::fabs(mean[i % s.channels])) * inverse[i % s.channels];
            expected &first = out[i % s.channels], &second = out[s.channels + i % s.channels];
            first.value += one.value, first.size += one.size;
            second.value += one.value * normal(i), second.size += one.size * size;
        }
        return out;
    }
};

void slopes(session &on, const slopes_case &of, random_values &random) {
    const int channels = of.s.channels;
    const auto want = of.sums();
    const integers<double> sums(on, std::vector<double>(2 * channels, NAN));
    values gammas(on, mammo_cuda_fp32, random.array(channels)), betas(on, mammo_cuda_fp32, random.array(channels));
    const mammo_cuda_slopes call = of.call();
    const auto added = [&](const values &to, int64_t first) {
        return [&to, &want, first](int64_t c) {
            expected sum = want[first + c];
            sum.add(to[c]);
            return sum;
        };
    };
    run(on, of.name("batch_slopes"),
        [&] { return on.table->batch_slopes(on.context, &call, sums.device(), gammas.floats(), betas.floats()); },
        {{"gamma_gradient", &gammas, added(gammas, channels), 16}, {"beta_gradient", &betas, added(betas, 0), 16}});
    on.attempt([&] {
        compare_exact(on, "sums", sums.read(), want, 16 * 0x1p-24);
        on.need(on.table->batch_slopes(on.context, &call, sums.device(), nullptr, nullptr));
        compare_exact(on, "sums alone", sums.read(), want, 16 * 0x1p-24);
    });
}

/// `way`: 0 with the batch's sums, 1 with running statistics, 2 an activation alone.
void gradient(session &on, const slopes_case &of, mammo_cuda_type out_type, int way, random_values &random) {
    const int channels = of.s.channels;
    const double count = 2.0 * static_cast<double>(of.s.rows);
    const integers<double> sums(on, random.array(2 * channels, static_cast<double>(of.s.rows)));
    mammo_cuda_slopes call = of.call();
    if (way == 2) call.mean = call.inverse = call.scale = call.shift = nullptr;
    const bool in_place = out_type == of.gradient.type && way == 0;
    values out(on, out_type, in_place ? of.gradient.host : std::vector<double>(of.s.rows * channels, NAN));
    if (in_place) call.gradient = out.device();
    const char *const ways[] = {"", " running", " activation alone"};
    run(on, of.name("batch_gradient") + " " + name_of(out_type) + ways[way],
        [&] {
            return on.table->batch_gradient(
                on.context, &call, way == 0 ? sums.device() : nullptr, count, out.device(), out_type);
        },
        {{"out", &out,
          [&](int64_t i) {
              const int64_t c = i % channels;
              if (way == 2) {
                  const double size = std::fabs(of.gradient[i]) * (2 + std::fabs(of.in[i]) + of.own(of.in[i]));
                  return expected{of.gradient[i] * slope(of.in[i], of.activation), size};
              }
              const expected one = of.slope(i);
              expected sum = {of.scale[c] * one.value, std::fabs(of.scale[c]) * one.size};
              if (way == 0) {
                  sum.add(-of.scale[c] * sums.host[c] / count);
                  const double product = -of.scale[c] * of.inverse[c] * sums.host[channels + c] / count;
                  sum.add(product * of.in[i]), sum.add(-product * of.mean[c]);
              }
              return sum;
          },
          least_roundings}});
}

}  // namespace

void batch_norm(session &on) {
    random_values random(17);
    for (const rows_case &s : cases) {
        for (mammo_cuda_type type : types) moments(on, s, type, random);
        for (auto [in_type, type] : type_pairs()) {
            for (mammo_cuda_activation activation : {mammo_cuda_identity, mammo_cuda_silu}) {
                const slopes_case of(on, s, in_type, type, activation, random);
                slopes(on, of, random);
                gradient(on, of, type, 0, random);
                if (in_type != type) gradient(on, of, in_type, 0, random);
                gradient(on, of, mammo_cuda_fp32, 1, random);
            }
        }
    }
    for (mammo_cuda_activation activation : activations) {
        for (mammo_cuda_type type : types) {
            const slopes_case of(on, {13, 24}, type, type, activation, random);
            gradient(on, of, type, 2, random);
            gradient(on, of, mammo_cuda_fp32, 0, random);
        }
    }
    for (int channels : {1, 24, 301}) {
        for (statistics_case of : {statistics_case{12, true, true}, {12, true, false}, {1, true, true}, {0, false, true}}) {
            statistics(on, channels, of, random);
        }
    }
    on.begin_case("sums of no rows");
    on.attempt([&] {
        const integers<double> sums(on, std::vector<double>(14, NAN));
        const values in(on, mammo_cuda_fp16, random.array(7));
        on.need(on.table->batch_moments(on.context, in.device(), mammo_cuda_fp16, 0, 7, sums.device()));
        for (double each : sums.read()) {
            if (each != 0) on.report("a sum of nothing is not zero");
        }
    });
}

}  // namespace check
