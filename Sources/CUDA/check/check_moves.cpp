// Operations that move values: conversions, gray values, images that are mixed.
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

/// As the host rounds: the products, and then their sum.
static double mixed(double theirs, double mine, float own) {
    const float other = 1 - own;
    const float one = static_cast<float>(theirs * other), two = static_cast<float>(mine * own);
    return static_cast<float>(static_cast<double>(one) + two);
}

void mix(session &on) {
    random_values random(17);
    // An image more than are mixed is there for the first.
    for (const mammo_cuda_shape &s : std::vector<mammo_cuda_shape>{{1, 1, 1, 3}, {3, 5, 7, 3}, {2, 9, 4, 3}, {2, 31, 44, 3}}) {
        for (int more : {0, 1}) {
            mammo_cuda_shape all = s;
            all.images += more;
            const values in(on, mammo_cuda_fp32, random.array(count(all)));
            values out(on, mammo_cuda_fp32, count(s));
            const float own = static_cast<float>(0.5 + random.next() / 2);
            const int64_t each = count(s) / s.images;
            run(on, "mix " + text(s) + " of " + std::to_string(all.images),
                [&] { return on.table->mix(on.context, in.floats(), all.images, own, out.floats(), s); },
                {{"out", &out, exactly([&](int64_t i) {
                      const int64_t before = (i / each + all.images - 1) % all.images;
                      return mixed(in[before * each + i % each], in[i], own);
                  }),
                  0}});
        }
    }
}

}  // namespace check
