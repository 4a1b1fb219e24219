// Convolutions' patches as rows, the way back, and the order of weights.
#include "check.h"
#include "windows.h"

#include <algorithm>
#include <cmath>

namespace check {

namespace {

/// Where in the image each value of the patches lies; -1 outside.
std::vector<int64_t> places(mammo_cuda_shape s, mammo_cuda_window at) {
    std::vector<int64_t> out;
    for (int64_t image = 0; image < s.images; image++) {
        for (int64_t row = 0; row < outputs_along(s.rows, at); row++) {
            for (int64_t column = 0; column < outputs_along(s.columns, at); column++) {
                for (int64_t tap = 0; tap < at.kernel * at.kernel; tap++) {
                    const int64_t y = row * at.stride - at.padding + tap / at.kernel;
                    const int64_t x = column * at.stride - at.padding + tap % at.kernel;
                    const bool inside = y >= 0 && y < s.rows && x >= 0 && x < s.columns;
                    for (int64_t c = 0; c < s.channels; c++) {
                        out.push_back(inside ? ((image * s.rows + y) * s.columns + x) * s.channels + c : -1);
                    }
                }
            }
        }
    }
    return out;
}

void both_ways(
    session &on, mammo_cuda_shape s, mammo_cuda_window at, mammo_cuda_type one, mammo_cuda_type other,
    random_values &random) {
    const auto place = places(s, at);
    const std::string what = " " + text(s) + " " + std::to_string(at.kernel) + "/" + std::to_string(at.stride) + "+" +
                             std::to_string(at.padding) + " " + name_of(one) + " " + name_of(other);
    const values image(on, one, random.array(count(s)));
    values rows(on, other, std::max<int64_t>(static_cast<int64_t>(place.size()), 1));
    if (!place.empty()) {
        run(on, "gather_patches" + what,
            [&] { return on.table->gather_patches(on.context, image.device(), one, at, rows.device(), other, s); },
            {{"out", &rows,
              [&](int64_t i) { return expected{place[i] < 0 ? 0 : rounded(image[place[i]], other), 0}; }, 0}});
    }
    const values slopes(on, one, random.array(rows.host.size()));
    values back(on, other, count(s));
    std::vector<expected> want(count(s));
    for (size_t i = 0; i < place.size(); i++) {
        if (place[i] >= 0) want[place[i]].add(slopes[i]);
    }
    run(on, "scatter_patches" + what,
        [&] { return on.table->scatter_patches(on.context, slopes.device(), one, at, back.device(), other, s); },
        {{"out", &back, [&](int64_t i) { return want[i]; }, 4}});
}

void orders(session &on, random_values &random) {
    for (auto [outputs, channels, taps] : std::vector<std::tuple<int, int, int>>{
             {1, 1, 1}, {5, 3, 16}, {24, 40, 4}, {1, 49, 3}, {1, 96, 49}, {1, 301, 7}}) {
        const int64_t n = int64_t(outputs) * channels * taps;
        for (auto [one, other] : type_pairs()) {
            for (int back : {0, 1}) {
                const values from(on, one, random.array(n));
                values to(on, other, back ? random.array(n) : std::vector<double>(n, NAN));
                run(on,
                    "patch_order " + std::to_string(outputs) + "x" + std::to_string(channels) + "x" +
                        std::to_string(taps) + " " + name_of(one) + " " + name_of(other) + (back ? " back" : ""),
                    [&, one = one, other = other, outputs = outputs, channels = channels, taps = taps] {
                        return on.table->patch_order(
                            on.context, from.device(), one, to.device(), other, outputs, channels, taps, back);
                    },
                    {{"to", &to,
                      [&, channels = channels, taps = taps](int64_t i) {
                          const int64_t row = int64_t(channels) * taps, base = i / row * row, k = i % row;
                          expected sum;
                          if (back) sum.add(to[i]), sum.add(from[base + k % taps * channels + k / taps]);
                          else sum.add(from[base + k % channels * taps + k / channels]);
                          return sum;
                      },
                      1}});
            }
        }
    }
}

}  // namespace

void patches(session &on) {
    random_values random(8);
    // Patches that touch without overlapping, as ConvNeXt's; some that overlap, with zeros around, as EfficientNet's; gaps.
    const std::vector<mammo_cuda_window> windows = {{1, 1, 0}, {2, 2, 0}, {4, 4, 0}, {3, 1, 1}, {3, 2, 1},
                                                    {5, 2, 2}, {2, 1, 0}, {1, 2, 0}, {3, 4, 2}};
    std::vector<mammo_cuda_shape> several = shapes;
    several.push_back({2, 8, 12, 3});
    several.push_back({2, 9, 11, 16});
    for (const mammo_cuda_shape &s : several) {
        for (const mammo_cuda_window &at : windows) {
            for (auto [one, other] : type_pairs()) both_ways(on, s, at, one, other, random);
        }
    }
    orders(on, random);
}

}  // namespace check
