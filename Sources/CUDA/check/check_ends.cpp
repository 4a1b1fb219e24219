// The network's end, its parameters, products, and several devices.
#include "check.h"

#include <cmath>
#include <cstdio>
#include <memory>
#include <thread>

namespace check {

void pooling(session &on) {
    random_values random(11);
    std::vector<mammo_cuda_shape> several = shapes;
    several.push_back({3, 40, 30, 24});
    for (const mammo_cuda_shape &s : several) {
        const values in(on, mammo_cuda_fp32, random.array(count(s)));
        values out(on, mammo_cuda_fp32, int64_t(s.images) * s.channels);
        run(on, "mean " + text(s), [&] { return on.table->mean(on.context, in.floats(), out.floats(), s); },
            {{"out", &out,
              [&](int64_t i) {
                  expected sum;
                  for (int64_t p = 0; p < positions(s); p++) {
                      sum.add(in[(i / s.channels * positions(s) + p) * s.channels + i % s.channels] / positions(s));
                  }
                  return sum;
              },
              16}});
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

void parameters(session &on) {
    random_values random(13);
    struct one_parameter {
        values parameter, gradient, mean, square;

        one_parameter(session &on, random_values &random, int64_t n)
            : parameter(on, mammo_cuda_fp32, random.array(n)), gradient(on, mammo_cuda_fp32, random.array(n)),
              mean(on, mammo_cuda_fp32, random.array(n)), square(on, mammo_cuda_fp32, random.array(n, 0.5, 0.5)) {}
    };
    std::vector<std::unique_ptr<one_parameter>> all;
    std::vector<mammo_cuda_segment> segments;
    for (int64_t n : {1, 5, 8192, 8193, 40, 20000}) {
        all.push_back(std::make_unique<one_parameter>(on, random, n));
        one_parameter &p = *all.back();
        const float k = static_cast<float>(all.size());
        segments.push_back(
            {p.parameter.floats(), p.gradient.floats(), p.mean.floats(), p.square.floats(), n, 1 - 0.001f * k, 0.01f * k,
             0.5f + 0.05f * k});
    }
    segments.insert(segments.begin() + 2, mammo_cuda_segment{nullptr, nullptr, nullptr, nullptr, 0, 1, 1, 1});
    const mammo_cuda_adamw step = {0.5f, 0.1f, 0.999f, 0.001f, 1e-8f};
    const int n = static_cast<int>(segments.size());
    std::vector<result> results;
    for (size_t i = 0; i < all.size(); i++) {
        one_parameter &p = *all[i];
        const mammo_cuda_segment s = segments[i < 2 ? i : i + 1];
        const auto mean = [&p, step](int64_t k) {
            expected sum;
            sum.add(p.mean[k]), sum.add(step.new_mean * (step.gradient_scale * p.gradient[k]));
            sum.add(-step.new_mean * p.mean[k]);
            return sum;
        };
        const auto square = [&p, step](int64_t k) {
            const double g = step.gradient_scale * p.gradient[k];
            expected sum;
            sum.add(p.square[k] * step.old_square), sum.add(step.new_square * g * g);
            return sum;
        };
        results.push_back({"mean", &p.mean, mean, 4});
        results.push_back({"square", &p.square, square, 4});
        results.push_back({"parameter", &p.parameter,
                           [=, &p](int64_t k) {
                               const double down = std::sqrt(square(k).value) / s.correction_root + step.epsilon;
                               const double moved = -s.step_size * mean(k).value / down;
                               return expected{
                                   p.parameter[k] * s.decay + moved,
                                   std::fabs(p.parameter[k]) + s.step_size * mean(k).size / down};
                           },
                           8});
    }
    run(on, "adamw", [&] { return on.table->adamw(on.context, segments.data(), n, &step); }, results);

    results.clear();
    for (auto &p : all) {
        results.push_back({"mean", &p->mean,
                           [&p](int64_t k) {
                               expected sum;
                               sum.add(p->mean[k]), sum.add(0.25 * p->parameter[k]), sum.add(-0.25 * p->mean[k]);
                               return sum;
                           },
                           2});
    }
    run(on, "approach", [&] { return on.table->approach(on.context, segments.data(), n, 0.25f); }, results);

    // Four times the same, without and with what is not finite in different places.
    for (double odd : {0.0, double(INFINITY), -double(INFINITY), double(NAN)}) {
        one_parameter &last = *all.back();
        const double before = last.gradient.host[19999];
        if (odd != 0) last.gradient.host[19999] = odd;
        integers<int32_t> found(on, {0});
        results.clear();
        for (auto &p : all) {
            results.push_back({"gradient", &p->gradient,
                               [&p](int64_t k) { return expected{p->gradient[k] * 0x1p-10, 0}; }, 0});
        }
        run(on, "unscale of " + std::to_string(odd),
            [&] { return on.table->unscale(on.context, segments.data(), n, 0x1p-10f, found.device()); }, results);
        if (found.read()[0] != (odd != 0)) on.report("what is not finite is not told from what is");
        last.gradient.host[19999] = before;
        last.gradient.restore();
    }
    for (auto &p : all) p->gradient.restore();
    double want = 0;
    for (auto &p : all) for (double each : p->gradient.host) want += each * each;
    integers<double> sum(on, {NAN});
    on.now = "squares";
    on.checked++;
    on.need(on.table->squares(on.context, segments.data(), n, sum.device()));
    const double first = sum.read()[0];
    on.need(on.table->squares(on.context, segments.data(), n, sum.device()));
    if (sum.read()[0] != first) on.report("other bits the second time");
    if (!(std::fabs(first - want) <= want * 1e-13)) on.report("the sum of squares is wrong");
    on.need(on.table->squares(on.context, nullptr, 0, sum.device()));
    if (sum.read()[0] != 0) on.report("the sum of no squares is not zero");

    results.clear();
    for (auto &p : all) results.push_back({"gradient", &p->gradient, [](int64_t) { return expected{}; }, 0});
    run(on, "clear_gradients", [&] { return on.table->clear_gradients(on.context, segments.data(), n); }, results);
}

void product(session &on) {
    random_values random(14);
    struct size {
        int64_t rows, columns, depth;
    };
    // Sides that are multiples of 8 as cuBLASLt's fast ways need, and others; rows may be longer than the matrix.
    for (const size &s : std::vector<size>{{1, 1, 1}, {5, 7, 3}, {40, 96, 24}, {64, 384, 96}, {33, 24, 100}}) {
        for (auto [type, out_type] : type_pairs()) {
            for (int turned = 0; turned < 4; turned++) {
                for (float beta : {0.0f, 1.0f}) {
                    mammo_cuda_product p = {};
                    p.rows = s.rows, p.columns = s.columns, p.depth = s.depth;
                    p.a_transposed = turned & 1, p.b_transposed = turned >> 1;
                    p.type = type, p.out_type = out_type, p.alpha = 0.5f, p.beta = beta;
                    p.a_stride = (p.a_transposed ? s.rows : s.depth) + 8;
                    p.b_stride = (p.b_transposed ? s.depth : s.columns) + 16;
                    p.out_stride = s.columns + 8;
                    const values a(on, type, random.array((p.a_transposed ? s.depth : s.rows) * p.a_stride));
                    const values b(on, type, random.array((p.b_transposed ? s.columns : s.depth) * p.b_stride));
                    std::vector<double> before = random.array(s.rows * p.out_stride);
                    // With a factor of zero what was there may be anything.
                    for (double &each : before) each = beta == 0 ? NAN : each;
                    values out(on, out_type, before);
                    p.a = a.device(), p.b = b.device(), p.out = out.device();
                    on.now = "product";
                    run(on,
                        "product " + std::to_string(s.rows) + "x" + std::to_string(s.depth) + "x" +
                            std::to_string(s.columns) + " " + name_of(type) + " " + name_of(out_type) + " turned " +
                            std::to_string(turned) + (beta == 0 ? "" : " added"),
                        [&] { return on.table->product(on.context, &p); },
                        {{"out", &out,
                          [&](int64_t i) {
                              const int64_t r = i / p.out_stride, c = i % p.out_stride;
                              expected sum;
                              if (c >= s.columns) return expected{out[i], 0};  // between the rows nothing changes
                              for (int64_t k = 0; k < s.depth; k++) {
                                  sum.add(
                                      0.5 * a[p.a_transposed ? k * p.a_stride + r : r * p.a_stride + k] *
                                      b[p.b_transposed ? c * p.b_stride + k : k * p.b_stride + c]);
                              }
                              if (beta != 0) sum.add(out[i]);
                              return sum;
                          },
                          32}});
                }
            }
        }
    }
}

/// Two devices and more, each with a thread of its own, as far as there are any.
void all_reduce(const mammo_cuda_table *table, session &on) {
    int devices = 0;
    on.now = "all_reduce";
    on.need(table->device_count(&devices));
    char id[128];
    if (table->group_id(nullptr, id) == mammo_cuda_no_library) {
        printf("all_reduce is not checked: %s\n", table->message());
        return;
    }
    const int ranks = devices < 3 ? devices : 3;
    on.checked++;
    std::vector<std::vector<double>> given, found(ranks);
    random_values random(15);
    for (int rank = 0; rank < ranks; rank++) given.push_back(random.array(1001));
    std::vector<int> failures(ranks);
    std::vector<std::thread> threads;
    for (int rank = 0; rank < ranks; rank++) {
        threads.emplace_back([&, rank] {
            session own;
            own.table = table, own.emulated = on.emulated, own.now = "all_reduce";
            own.need(table->open(rank, nullptr, &own.context));
            mammo_cuda_group *group;
            own.need(table->join_group(own.context, id, rank, ranks, &group));
            {
                values sums(own, mammo_cuda_fp32, given[rank]);
                own.need(table->all_reduce(own.context, group, sums.floats(), 1001));
                found[rank] = sums.read();
                // Kernels run in all contexts at once.
                gelu(own);
                failures[rank] = own.failed;
            }
            table->leave_group(own.context, group);
            table->close(own.context);
        });
    }
    for (std::thread &thread : threads) thread.join();
    for (int rank = 0; rank < ranks; rank++) {
        if (failures[rank]) on.report("contexts that run at once disturb each other");
        for (int i = 0; i < 1001; i++) {
            double want = 0;
            for (const auto &each : given) want += rounded(each[i], mammo_cuda_fp32);
            if (!(std::fabs(found[rank][i] - want) <= 4 * 0x1p-24 * ranks)) {
                on.report("a sum over the ranks is wrong");
                break;
            }
        }
        if (found[rank] != found[0]) on.report("ranks have different sums");
    }
}

}  // namespace check
