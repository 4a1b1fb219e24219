// Operations on all parameters in one launch.
#include "check.h"

#include <cmath>
#include <memory>

namespace check {

void parameters(session &on) {
    random_values random(13);
    struct one_parameter {
        values parameter, gradient, mean, square, copy;

        one_parameter(session &on, random_values &random, int64_t n, mammo_cuda_type copied)
            : parameter(on, mammo_cuda_fp32, random.array(n)), gradient(on, mammo_cuda_fp32, random.array(n)),
              mean(on, mammo_cuda_fp32, random.array(n)), square(on, mammo_cuda_fp32, random.array(n, 0.5, 0.5)),
              copy(on, copied, n) {}
    };
    std::vector<std::unique_ptr<one_parameter>> all;
    std::vector<mammo_cuda_segment> segments;
    for (int64_t n : {1, 5, 8192, 8193, 40, 20000}) {
        // Those of an odd number have no copy.
        const bool copied = all.size() % 2 == 0;
        const mammo_cuda_type type = all.size() % 4 == 0 ? mammo_cuda_fp16 : mammo_cuda_bf16;
        all.push_back(std::make_unique<one_parameter>(on, random, n, type));
        one_parameter &p = *all.back();
        const float k = static_cast<float>(all.size());
        segments.push_back(
            {p.parameter.floats(), p.gradient.floats(), p.mean.floats(), p.square.floats(), n, 1 - 0.001f * k, 0.01f * k,
             0.5f + 0.05f * k, copied ? p.copy.device() : nullptr, type});
    }
    segments.insert(
        segments.begin() + 2,
        mammo_cuda_segment{nullptr, nullptr, nullptr, nullptr, 0, 1, 1, 1, nullptr, mammo_cuda_fp32});
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
        const auto parameter = [=, &p](int64_t k) {
            const double down = std::sqrt(square(k).value) / s.correction_root + step.epsilon;
            const double moved = -s.step_size * mean(k).value / down;
            return expected{
                p.parameter[k] * s.decay + moved, std::fabs(p.parameter[k]) + s.step_size * mean(k).size / down};
        };
        results.push_back({"parameter", &p.parameter, parameter, 8});
        if (s.copy) results.push_back({"copy", &p.copy, parameter, 8});
    }
    run(on, "adamw", [&] { return on.table->adamw(on.context, segments.data(), n, &step); }, results);

    for (const mammo_cuda_sgd descent : {mammo_cuda_sgd{0.5f, 0.9f, 0}, {0.25f, 0.8f, 1}, {1, 0, 0}}) {
        results.clear();
        for (size_t i = 0; i < all.size(); i++) {
            one_parameter &p = *all[i];
            const mammo_cuda_segment s = segments[i < 2 ? i : i + 1];
            const auto gradient = [&p, s, descent](int64_t k) {
                expected sum;
                sum.add(descent.gradient_scale * p.gradient[k]), sum.add(s.decay * p.parameter[k]);
                return sum;
            };
            const auto velocity = [&p, gradient, descent](int64_t k) {
                expected sum = gradient(k);
                sum.add(descent.momentum * p.mean[k]);
                return sum;
            };
            results.push_back({"velocity", &p.mean, velocity, 4});
            const auto parameter = [=, &p](int64_t k) {
                const expected g = gradient(k), v = velocity(k);
                const double m = descent.momentum;
                const double way = descent.nesterov ? g.value + m * v.value : v.value;
                const double size = descent.nesterov ? g.size + m * v.size : v.size;
                return expected{p.parameter[k] - s.step_size * way, std::fabs(p.parameter[k]) + s.step_size * size};
            };
            results.push_back({"parameter", &p.parameter, parameter, 8});
            if (s.copy) results.push_back({"copy", &p.copy, parameter, 8});
        }
        run(on, "sgd with momentum " + std::to_string(descent.momentum),
            [&] { return on.table->sgd(on.context, segments.data(), n, &descent); }, results);
    }

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
        on.attempt([&] {
            if (found.read()[0] != (odd != 0)) on.report("what is not finite is not told from what is");
        });
        last.gradient.host[19999] = before;
        last.gradient.restore();
    }
    for (auto &p : all) p->gradient.restore();
    double want = 0;
    for (auto &p : all) for (double each : p->gradient.host) want += each * each;
    integers<double> sum(on, {NAN});
    on.begin_case("squares");
    on.attempt([&] {
        on.need(on.table->squares(on.context, segments.data(), n, sum.device()));
        const double first = sum.read()[0];
        on.need(on.table->squares(on.context, segments.data(), n, sum.device()));
        if (sum.read()[0] != first) on.report("other bits the second time");
        if (!(std::fabs(first - want) <= want * 1e-13)) on.report("the sum of squares is wrong");
        on.need(on.table->squares(on.context, nullptr, 0, sum.device()));
        if (sum.read()[0] != 0) on.report("the sum of no squares is not zero");
    });

    results.clear();
    for (auto &p : all) results.push_back({"gradient", &p->gradient, [](int64_t) { return expected{}; }, 0});
    run(on, "clear_gradients", [&] { return on.table->clear_gradients(on.context, segments.data(), n); }, results);
}

}  // namespace check
