#include "work.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "check.h"

namespace check {

/// From NVIDIA's data sheets: P100 PCIe 16 GB (fp16 without tensor cores), T4, A100 80 GB SXM (bf16, dense), H100 SXM
/// (bf16, dense).
const std::vector<card> cards = {
    {"P100", 732, 9.3, 18.7}, {"T4", 320, 8.1, 65}, {"A100", 2039, 19.5, 312}, {"H100", 3350, 67, 989}};

double least_seconds(const work &one, const card &on) {
    const double peak = one.product ? on.product_teraflops : on.fp32_teraflops;
    return one.times * std::max(one.bytes / (on.gigabytes_per_second * 1e9), one.flops / (peak * 1e12));
}

namespace {

constexpr int half = 2, full = 4;

struct collector {
    std::vector<work> all;

    /// `read` and `written` are bytes for each of rows × columns × channels values.
    void values(const char *name, int stage, int64_t h, int64_t w, int64_t c, int times, double bytes, double flops) {
        const double n = static_cast<double>(h) * w * c;
        all.push_back({name, stage, h, w, c, times, n * bytes, n * flops, false});
    }

    void product(const char *name, int stage, int64_t h, int64_t w, int64_t rows, int64_t depth, int64_t columns, int times) {
        const double r = static_cast<double>(rows), d = static_cast<double>(depth), c = static_cast<double>(columns);
        all.push_back({name, stage, h, w, columns, times, half * (r * d + d * c + r * c), 2 * r * d * c, true});
    }
};

void block(collector &to, int stage, int64_t h, int64_t w, int64_t c, int times, bool training) {
    const int64_t rows = h * w;
    to.values("depthwise", stage, h, w, c, times, full + half, 98);
    to.values("layer_norm", stage, h, w, c, times, half + half, 8);
    to.product("product up", stage, h, w, rows, c, 4 * c, times);
    to.values("gelu", stage, h, w, 4 * c, times, half + half, 25);
    to.product("product down", stage, h, w, rows, 4 * c, c, times);
    to.values("residual", stage, h, w, c, times, half + full + full, 4);
    if (!training) return;
    to.values("residual_gradient", stage, h, w, c, times, full + half + half, 8);
    to.product("product down, to input", stage, h, w, rows, c, 4 * c, times);
    to.product("product down, to weights", stage, h, w, 4 * c, rows, c, times);
    to.values("gelu_gradient", stage, h, w, 4 * c, times, half + half + half, 40);
    to.product("product up, to input", stage, h, w, rows, 4 * c, c, times);
    to.product("product up, to weights", stage, h, w, c, rows, 4 * c, times);
    to.values("layer_norm_gradient", stage, h, w, c, times, half + half + half, 16);
    to.values("depthwise_input_gradient", stage, h, w, c, times, half + full + full, 98);
    to.values("depthwise_weight_gradient", stage, h, w, c, times, full + half, 100);
}

/// A norm and a convolution of patches that do not overlap, from h × w × c to c_out; the stem's norm comes after.
void patches(collector &to, int stage, int64_t h, int64_t w, int64_t c, int side, int64_t c_out, bool stem, bool training) {
    const int64_t down = h / side, across = w / side, rows = down * across, depth = side * side * c;
    if (stem) to.values("gray_input", stage, h, w, c, 1, full + 1.0 / 3, 3);
    else to.values("layer_norm", stage, h, w, c, 1, full + half, 8);
    to.values("gather_patches", stage, h, w, c, 1, (stem ? full : half) + half, 0);
    to.product("product of patches", stage, down, across, rows, depth, c_out, 1);
    if (stem) to.values("layer_norm", stage, down, across, c_out, 1, half + full, 8);
    else to.values("convert", stage, down, across, c_out, 1, half + full, 1);
    if (!training) return;
    if (stem) to.values("layer_norm_gradient", stage, down, across, c_out, 1, half + full + half, 16);
    else to.values("convert", stage, down, across, c_out, 1, full + half, 1);
    to.product("product of patches, to weights", stage, down, across, depth, rows, c_out, 1);
    if (stem) return;
    to.product("product of patches, to input", stage, down, across, rows, c_out, depth, 1);
    to.values("scatter_patches", stage, h, w, c, 1, half + half, 0);
    to.values("layer_norm_gradient", stage, h, w, c, 1, full + half + full, 16);
}

}  // namespace

std::vector<work> network_work(bool training) {
    collector to;
    const int64_t channels[] = {96, 192, 384, 768};
    const int depths[] = {3, 3, 9, 3};
    int64_t h = 2048, w = 1024;
    patches(to, 0, h, w, 3, 4, channels[0], true, training);
    h /= 4, w /= 4;
    for (int stage = 0; stage < 4; stage++) {
        if (stage > 0) {
            patches(to, stage + 1, h, w, channels[stage - 1], 2, channels[stage], false, training);
            h /= 2, w /= 2;
        }
        block(to, stage + 1, h, w, channels[stage], depths[stage], training);
    }
    to.values("mean", 0, h, w, channels[3], 1, full, 1);
    if (training) to.values("mean_gradient", 0, h, w, channels[3], 1, full, 1);
    return to.all;
}

static void print_table(bool training) {
    std::vector<work> sums;
    for (const work &each : network_work(training)) {
        // "product up" and "product up, to input" are of one kind, whatever the stage.
        auto same = std::find_if(sums.begin(), sums.end(), [&](const work &other) {
            return other.operation == each.operation;
        });
        if (same == sums.end()) sums.push_back(each), same = sums.end() - 1, same->bytes = same->flops = 0;
        same->bytes += each.bytes * each.times, same->flops += each.flops * each.times;
    }
    printf("| operation | MB | GFLOP |");
    for (const card &on : cards) printf(" %s ms |", on.name);
    printf("\n|---|---:|---:|");
    for (size_t i = 0; i < cards.size(); i++) printf("---:|");
    printf("\n");
    double bytes = 0, flops = 0;
    std::vector<double> seconds(cards.size());
    for (work each : sums) {
        printf("| %s | %.0f | %.2f |", each.operation.c_str(), each.bytes / 1e6, each.flops / 1e9);
        bytes += each.bytes, flops += each.flops;
        for (const card &on : cards) {
            double own = 0;
            double by_arithmetic = 0;
            for (const work &part : network_work(training)) {
                if (part.operation != each.operation) continue;
                const double least = least_seconds(part, on);
                own += least;
                if (least > part.times * part.bytes / (on.gigabytes_per_second * 1e9) * 1.0000001) by_arithmetic += least;
            }
            seconds[&on - cards.data()] += own;
            printf(" %.2f%s |", own * 1e3, by_arithmetic > own / 2 ? " a" : "");
        }
        printf("\n");
    }
    printf("| all | %.0f | %.0f |", bytes / 1e6, flops / 1e9);
    for (double each : seconds) printf(" %.1f |", each * 1e3);
    printf("\n| images/s at most | | |");
    for (double each : seconds) printf(" %.0f |", 1 / each);
    printf("\n");
}

void roofline() {
    printf("### Inference, one image\n\n");
    print_table(false);
    printf("\n### Training, forward and back, one image\n\n");
    print_table(true);
}

}  // namespace check
