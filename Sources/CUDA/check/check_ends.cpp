// The network's end: pooling and the head.
#include "check.h"

#include <cmath>

namespace check {

void pooling(session &on) {
    random_values random(11);
    std::vector<mammo_cuda_shape> several = shapes;
    several.push_back({3, 40, 30, 24});
    for (const mammo_cuda_shape &s : several) {
        values out(on, mammo_cuda_fp32, int64_t(s.images) * s.channels);
        /// The sum over an image's positions of a channel's terms.
        const auto over_image = [&](int64_t i, const std::function<double(int64_t)> &term) {
            expected sum;
            for (int64_t p = 0; p < positions(s); p++) {
                sum.add(term((i / s.channels * positions(s) + p) * s.channels + i % s.channels));
            }
            return sum;
        };
        for (mammo_cuda_type type : types) {
            const values in(on, type, random.array(count(s)));
            run(on, "mean " + text(s) + " " + name_of(type),
                [&] { return on.table->mean(on.context, in.device(), type, out.floats(), s); },
                {{"out", &out,
                  [&](int64_t i) { return over_image(i, [&](int64_t at) { return in[at] / positions(s); }); }, 16}});
        }
        for (auto [one, other] : type_pairs()) {
            const values a(on, one, random.array(count(s))), b(on, other, random.array(count(s)));
            run(on, "image_products " + text(s) + " " + name_of(one) + " " + name_of(other),
                [&, one = one, other = other] {
                    return on.table->image_products(on.context, a.device(), one, b.device(), other, out.floats(), s);
                },
                {{"out", &out,
                  [&](int64_t i) { return over_image(i, [&](int64_t at) { return a[at] * b[at]; }); }, 16}});
        }
        const values slopes(on, mammo_cuda_fp32, random.array(s.images * s.channels));
        values back(on, mammo_cuda_fp32, count(s));
        run(on, "mean_gradient " + text(s),
            [&] { return on.table->mean_gradient(on.context, slopes.floats(), back.floats(), s); },
            {{"input_gradient", &back,
              [&](int64_t i) {
                  expected sum;
                  sum.add(slopes[i / s.channels / positions(s) * s.channels + i % s.channels] / positions(s));
                  return sum;
              },
              1}});
    }
}

void head(session &on) {
    random_values random(12);
    for (auto [images, channels] : std::vector<std::pair<int, int>>{{1, 1}, {3, 24}, {5, 100}, {26, 768}}) {
        const int64_t n = int64_t(images) * channels;
        const auto some = [&](int64_t many) { return values(on, mammo_cuda_fp32, random.array(many)); };
        const values pooled = some(n), gamma = some(channels), beta = some(channels), weights = some(channels);
        const values bias = some(1), slopes = some(images);
        std::vector<double> normal(n), inverse(images), inner_mean(images), inner_share(images);
        for (int image = 0; image < images; image++) {
            double mean = 0, variance = 0;
            for (int c = 0; c < channels; c++) mean += pooled[image * channels + c] / channels;
            for (int c = 0; c < channels; c++) variance += std::pow(pooled[image * channels + c] - mean, 2) / channels;
            inverse[image] = 1 / std::sqrt(variance + 1e-6);
            for (int c = 0; c < channels; c++) {
                const int64_t i = image * channels + c;
                normal[i] = (pooled[i] - mean) * inverse[image];
                const double inner = slopes[image] * weights[c] * gamma[c];
                inner_mean[image] += inner / channels, inner_share[image] += inner * normal[i] / channels;
            }
        }
        const std::string what = std::to_string(images) + "x" + std::to_string(channels);
        values logits(on, mammo_cuda_fp32, images);
        run(on, "head " + what,
            [&, images = images, channels = channels] {
                return on.table->head(
                    on.context, pooled.floats(), gamma.floats(), beta.floats(), weights.floats(), bias.floats(),
                    logits.floats(), images, channels);
            },
            {{"logits", &logits,
              [&, channels = channels](int64_t image) {
                  expected sum;
                  sum.add(bias[0]);
                  for (int c = 0; c < channels; c++) {
                      sum.add((normal[image * channels + c] * gamma[c] + beta[c]) * weights[c]);
                  }
                  return sum;
              },
              2}});
        values to_pooled(on, mammo_cuda_fp32, n);
        values gammas = some(channels), betas = some(channels), weight_sums = some(channels), bias_sum = some(1);
        const auto summed = [&, images = images](const values &begin, std::function<double(int, int)> term) {
            return [&begin, term, images](int64_t c) {
                expected sum;
                sum.add(begin[c]);
                for (int image = 0; image < images; image++) sum.add(term(image, int(c)));
                return sum;
            };
        };
        const int across = channels;
        run(on, "head_gradient " + what,
            [&, images = images, channels = channels] {
                return on.table->head_gradient(
                    on.context, pooled.floats(), gamma.floats(), beta.floats(), weights.floats(), slopes.floats(),
                    to_pooled.floats(), gammas.floats(), betas.floats(), weight_sums.floats(), bias_sum.floats(), images,
                    channels);
            },
            {{"pooled_gradient", &to_pooled,
              [&](int64_t i) {
                  const int64_t image = i / across, c = i % across;
                  expected sum;
                  sum.add(slopes[image] * weights[c] * gamma[c] * inverse[image]);
                  sum.add(-inner_mean[image] * inverse[image]);
                  sum.add(-normal[i] * inner_share[image] * inverse[image]);
                  return sum;
              },
              2},
             {"gamma_gradient", &gammas,
              summed(gammas, [&](int i, int c) { return slopes[i] * weights[c] * normal[i * across + c]; }), 2},
             {"beta_gradient", &betas, summed(betas, [&](int i, int c) { return slopes[i] * weights[c]; }), 2},
             {"weights_gradient", &weight_sums,
              summed(weight_sums, [&](int i, int c) { return slopes[i] * (normal[i * across + c] * gamma[c] + beta[c]); }),
              2},
             {"bias_gradient", &bias_sum, summed(bias_sum, [&](int i, int) { return slopes[i]; }), 2}});
    }
}

}  // namespace check
