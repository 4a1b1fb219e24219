// The loss of single logits, its slopes and their sum.
#include "check.h"

#include <cmath>

namespace check {

namespace {

/// By the definition, in more than double precision: cross-entropy with a weight of positives, or the focal loss.
struct reference {
    double value, slope;
    /// The sum of the absolute values of the slope's terms.
    double size;

    reference(double logit, double label, const mammo_cuda_loss &loss) {
        using real = long double;
        const real x = logit, y = label * loss.soft_positive * (1 - loss.smoothing) + loss.smoothing / 2;
        const real p = 1 / (1 + expl(-x)), q = 1 / (1 + expl(x));
        // The logarithms of p and of q.
        const real hit = x > 0 ? -log1pl(expl(-x)) : x - log1pl(expl(x));
        const real miss = x > 0 ? -x - log1pl(expl(-x)) : -log1pl(expl(x));
        const real weight = loss.focal ? 1 : loss.positive_weight;
        const real cross = -(weight * y * hit + (1 - y) * miss);
        const real cross_slope = (1 - y) * p - weight * y * q, cross_size = (1 - y) * p + weight * y * q;
        if (!loss.focal) {
            value = cross, slope = cross_slope, size = cross_size;
            return;
        }
        const real class_weight = loss.alpha < 0 ? 1 : loss.alpha * y + (1 - loss.alpha) * (1 - y);
        const real chance = y * q + (1 - y) * p, factor = class_weight * powl(chance, loss.gamma);
        const real factor_slope = factor * loss.gamma * (1 - 2 * y) * p * q / chance;
        value = cross * factor;
        slope = cross_slope * factor + cross * factor_slope;
        size = cross_size * factor + cross * fabsl(factor_slope);
    }
};

}  // namespace

void loss(session &on) {
    random_values random(19);
    const mammo_cuda_loss plain = {1, 1, 0, 0, 0, 0, 1, 1, 1};
    mammo_cuda_loss weighted = plain, smooth = plain, focal = plain, soft = plain, even = plain;
    weighted.positive_weight = 20, weighted.images = 26, weighted.batches = 3, weighted.scale = 65536;
    smooth.positive_weight = 3, smooth.soft_positive = 0.9, smooth.smoothing = 0.1, smooth.images = 7;
    focal.focal = 1, focal.gamma = 2, focal.alpha = 0.25, focal.batches = 4, focal.scale = 0x1p10f;
    soft.focal = 1, soft.gamma = 0.5, soft.alpha = -1, soft.smoothing = 0.2, soft.images = 300;
    even.focal = 1, even.gamma = 0, even.alpha = 0.7;
    for (const mammo_cuda_loss &of : {plain, weighted, smooth, focal, soft, even}) {
        for (int images : {1, 26, 128, 300}) {
            std::vector<double> logit = random.array(images, 8), label(images);
            // Hard labels, and those of mixed images.
            for (int i = 0; i < images; i++) label[i] = i % 3 == 2 ? 0.5 + 0.5 * random.next() : i % 3;
            if (images == 26) logit[0] = -90, logit[1] = 90, logit[3] = 88, logit[4] = -88;
            const values logits(on, mammo_cuda_fp32, logit), labels(on, mammo_cuda_fp32, label);
            values slopes(on, mammo_cuda_fp32, images);
            const integers<double> sum(on, {NAN});
            const std::string name = std::string(of.focal ? "focal" : "entropy") + " weight " +
                                     std::to_string(of.positive_weight) + " gamma " + std::to_string(of.gamma) + " of " +
                                     std::to_string(images);
            run(on, name,
                [&] {
                    return on.table->loss(
                        on.context, logits.floats(), labels.floats(), images, &of, slopes.floats(), sum.device());
                },
                {{"slopes", &slopes,
                  [&](int64_t i) {
                      const reference r(logits[i], labels[i], of);
                      const double by = of.scale / (of.images * of.batches);
                      // Two roundings of fp32, and those of double precision where terms cancel: 1 less what is near 1.
                      return expected{r.slope * by, std::fabs(r.slope * by) + (r.size + 1) * std::fabs(by) * 0x1p-26};
                  },
                  3}});
            on.attempt([&] {
                double want = 0;
                for (int i = 0; i < images; i++) want += reference(logits[i], labels[i], of).value;
                if (!(std::fabs(sum.read()[0] - want) <= want * 1e-12)) on.report("the sum of the losses is wrong");
            });
        }
    }
    on.begin_case("a loss that is not finite");
    on.attempt([&] {
        for (double odd : {double(NAN), double(INFINITY), -double(INFINITY)}) {
            const values logits(on, mammo_cuda_fp32, {0, odd, 1}), labels(on, mammo_cuda_fp32, {0, odd > 0 ? 0.0 : 1.0, 0});
            const values slopes(on, mammo_cuda_fp32, 3);
            const integers<double> sum(on, {0});
            on.need(on.table->loss(
                on.context, logits.floats(), labels.floats(), 3, &plain, slopes.floats(), sum.device()));
            if (std::isfinite(sum.read()[0])) on.report("a sum of what is not finite is finite");
        }
    });
}

}  // namespace check
