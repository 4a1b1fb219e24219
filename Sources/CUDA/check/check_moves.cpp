// Operations that move values: conversions, patches, gray values.
#include "check.h"

#include <cmath>

namespace check {

namespace {

std::function<expected(int64_t)> exactly(std::function<double(int64_t)> value) {
    return [value](int64_t i) { return expected{value(i), 0}; };
}

}  // namespace

void convert(session &on) {
    random_values random(7);
    for (int64_t n : {1, 7, 8, 2051}) {
        for (mammo_cuda_type one : types) {
            for (mammo_cuda_type other : types) {
                std::vector<double> given = random.array(n, 3);
                given[n / 2] = NAN, given[0] = n > 1 ? 1e-6 : 1;
                const values in(on, one, given);
                values out(on, other, n);
                run(on, "convert " + std::to_string(n) + " " + name_of(one) + " " + name_of(other),
                    [&] { return on.table->convert(on.context, in.device(), one, out.device(), other, n); },
                    {{"to", &out, exactly([&](int64_t i) { return rounded(in[i], other); }), 0}});
            }
        }
    }
}

void patches(session &on) {
    random_values random(8);
    std::vector<mammo_cuda_shape> several = shapes;
    several.push_back({2, 8, 12, 3});
    several.push_back({2, 9, 11, 16});
    for (const mammo_cuda_shape &s : several) {
        for (int side : {1, 2, 4}) {
            const int64_t down = s.rows / side, across = s.columns / side, row = side * side * s.channels;
            const int64_t n = s.images * down * across * row;
            // Where in the image a value of the patches lies.
            const auto place = [&](int64_t i) {
                const int64_t c = i % s.channels, dx = i / s.channels % side, dy = i / s.channels / side % side;
                const int64_t patch = i / row, x = patch % across * side + dx;
                const int64_t y = patch / across % down * side + dy, image = patch / across / down;
                return ((image * s.rows + y) * s.columns + x) * s.channels + c;
            };
            for (auto [one, other] : type_pairs()) {
                const std::string what =
                    " " + text(s) + " side " + std::to_string(side) + " " + name_of(one) + " " + name_of(other);
                const values image(on, one, random.array(count(s)));
                values rows(on, other, std::max<int64_t>(n, 1));
                if (n > 0) {
                    run(on, "gather_patches" + what,
                        [&, one = one, other = other] {
                            return on.table->gather_patches(
                                on.context, image.device(), one, side, rows.device(), other, s);
                        },
                        {{"out", &rows, exactly([&, other = other](int64_t i) { return rounded(image[place(i)], other); }),
                          0}});
                }
                const values slopes(on, one, random.array(std::max<int64_t>(n, 1)));
                values back(on, other, count(s));
                std::vector<double> want(count(s));
                for (int64_t i = 0; i < n; i++) want[place(i)] = rounded(slopes[i], other);
                run(on, "scatter_patches" + what,
                    [&, one = one, other = other] {
                        return on.table->scatter_patches(on.context, slopes.device(), one, side, back.device(), other, s);
                    },
                    {{"out", &back, exactly([&](int64_t i) { return want[i]; }), 0}});
            }
        }
    }
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

void gray_input(session &on) {
    random_values random(9);
    const float mean[3] = {0.485f, 0.456f, 0.406f}, deviation[3] = {0.229f, 0.224f, 0.225f};
    for (const mammo_cuda_shape &s : std::vector<mammo_cuda_shape>{{1, 1, 1, 1}, {4, 5, 7, 1}, {5, 3, 401, 1}}) {
        std::vector<uint8_t> gray, flips;
        for (int64_t i = 0; i < s.images * positions(s); i++) gray.push_back(uint8_t(127.5 + 127.5 * random.next()));
        for (int i = 0; i < s.images; i++) flips.push_back(uint8_t(i % 4));
        const integers<uint8_t> grays(on, gray), turned(on, flips);
        for (bool flip : {false, true}) {
            values out(on, mammo_cuda_fp32, count(s) * 3);
            run(on, "gray_input " + text(s) + (flip ? " flips" : ""),
                [&] {
                    return on.table->gray_input(
                        on.context, grays.device(), flip ? turned.device() : nullptr, mean, deviation, s, out.floats());
                },
                {{"out", &out, exactly([&](int64_t i) {
                      const int64_t c = i % 3, at = i / 3, image = at / positions(s);
                      int64_t x = at % s.columns, y = at / s.columns % s.rows;
                      const int bits = flip ? flips[image] : 0;
                      if (bits & 1) x = s.columns - 1 - x;
                      if (bits & 2) y = s.rows - 1 - y;
                      // To the bit what single precision gives, step by step.
                      const float value = gray[(image * s.rows + y) * s.columns + x] / 255.0f;
                      return (value - mean[c]) / deviation[c];
                  }),
                  0}});
        }
    }
}

}  // namespace check
