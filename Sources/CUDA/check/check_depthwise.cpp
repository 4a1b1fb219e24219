#include "check.h"

namespace check {

namespace {

/// Numbers of images of the stream for those of the branch: in another order, and not all.
std::vector<int32_t> mapped(int images) {
    std::vector<int32_t> out;
    for (int i = 0; i < images; i++) out.push_back(images - i);
    return out;
}

int64_t place(mammo_cuda_shape s, int64_t image, int64_t y, int64_t x, int64_t c) {
    return ((image * s.rows + y) * s.columns + x) * s.channels + c;
}

struct position {
    int64_t image, y, x, c;

    position(mammo_cuda_shape s, int64_t index)
        : image(index / s.channels / s.columns / s.rows), y(index / s.channels / s.columns % s.rows),
          x(index / s.channels % s.columns), c(index % s.channels) {}
};

/// Σ over the taps; `turned` for the gradient of the input.
void add_taps(
    expected &sum, mammo_cuda_shape s, const values &in, int64_t image, const position &at, const values &taps, bool turned) {
    for (int tap = 0; tap < 49; tap++) {
        const int64_t y = at.y + tap / 7 - 3, x = at.x + tap % 7 - 3;
        if (y < 0 || y >= s.rows || x < 0 || x >= s.columns) continue;
        sum.add(in[place(s, image, y, x, at.c)] * taps[(turned ? 48 - tap : tap) * s.channels + at.c]);
    }
}

}  // namespace

void depthwise(session &on) {
    random_values random(1);
    for (const mammo_cuda_shape &s : shapes) {
        for (auto [in_type, out_type] : type_pairs()) {
            for (bool maps : {false, true}) {
                const integers<int32_t> images(on, mapped(s.images));
                mammo_cuda_shape all = s;
                all.images += maps;
                const values in(on, in_type, random.array(count(all)));
                const values taps(on, mammo_cuda_fp32, random.array(49 * s.channels));
                const values bias(on, mammo_cuda_fp32, random.array(s.channels));
                values out(on, out_type, count(s));
                const std::string name = std::string("depthwise ") + text(s) + " " + name_of(in_type) + " " +
                                         name_of(out_type) + (maps ? " images" : "");
                run(on, name,
                    [&] {
                        return on.table->depthwise(
                            on.context, in.device(), in_type, maps ? images.device() : nullptr, taps.floats(),
                            bias.floats(), out.device(), out_type, s);
                    },
                    {{"out", &out,
                      [&](int64_t i) {
                          const position at(s, i);
                          expected sum;
                          sum.add(bias[at.c]);
                          add_taps(sum, s, in, maps ? images.host[at.image] : at.image, at, taps, false);
                          return sum;
                      },
                      50}});
            }
        }
    }
}

static void input_gradient(session &on, mammo_cuda_shape s, mammo_cuda_type type, bool maps, random_values &random) {
    const integers<int32_t> images(on, mapped(s.images));
    mammo_cuda_shape all = s;
    all.images += maps;
    const values gradient(on, type, random.array(count(s)));
    const values taps(on, mammo_cuda_fp32, random.array(49 * s.channels));
    values out(on, mammo_cuda_fp32, random.array(count(all)));
    const std::string name = "depthwise_input_gradient " + text(s) + " " + name_of(type) + (maps ? " images" : "");
    run(on, name,
        [&] {
            return on.table->depthwise_input_gradient(
                on.context, gradient.device(), type, maps ? images.device() : nullptr, taps.floats(), out.floats(), s);
        },
        {{"input_gradient", &out,
          [&](int64_t i) {
              const position at(s, i);
              expected sum;
              sum.add(out[i]);
              for (int image = 0; image < s.images; image++) {
                  if ((maps ? images.host[image] : image) == at.image) add_taps(sum, s, gradient, image, at, taps, true);
              }
              return sum;
          },
          50}});
}

static void weight_gradient(
    session &on, mammo_cuda_shape s, mammo_cuda_type in_type, mammo_cuda_type type, bool maps, random_values &random) {
    const integers<int32_t> images(on, mapped(s.images));
    mammo_cuda_shape all = s;
    all.images += maps;
    const values in(on, in_type, random.array(count(all)));
    const values gradient(on, type, random.array(count(s)));
    values taps(on, mammo_cuda_fp32, random.array(49 * s.channels));
    values bias(on, mammo_cuda_fp32, random.array(s.channels));
    const std::string name = "depthwise_weight_gradient " + text(s) + " " + name_of(in_type) + " " + name_of(type) +
                             (maps ? " images" : "");
    run(on, name,
        [&] {
            return on.table->depthwise_weight_gradient(
                on.context, in.device(), in_type, maps ? images.device() : nullptr, gradient.device(), type,
                taps.floats(), bias.floats(), s);
        },
        {{"taps_gradient", &taps,
          [&](int64_t i) {
              const int64_t tap = i / s.channels, c = i % s.channels;
              expected sum;
              sum.add(taps[i]);
              for (int64_t each = 0; each < s.images * positions(s); each++) {
                  const position at(s, each * s.channels + c);
                  const int64_t y = at.y + tap / 7 - 3, x = at.x + tap % 7 - 3;
                  if (y < 0 || y >= s.rows || x < 0 || x >= s.columns) continue;
                  const int64_t image = maps ? images.host[at.image] : at.image;
                  sum.add(gradient[each * s.channels + c] * in[place(s, image, y, x, c)]);
              }
              return sum;
          },
          64},
         {"bias_gradient", &bias,
          [&](int64_t c) {
              expected sum;
              sum.add(bias[c]);
              for (int64_t each = 0; each < s.images * positions(s); each++) sum.add(gradient[each * s.channels + c]);
              return sum;
          },
          64}});
}

void depthwise_gradients(session &on) {
    random_values random(2);
    for (const mammo_cuda_shape &s : shapes) {
        for (bool maps : {false, true}) {
            for (mammo_cuda_type type : types) input_gradient(on, s, type, maps, random);
            for (auto [in_type, type] : type_pairs()) weight_gradient(on, s, in_type, type, maps, random);
        }
    }
    // More tiles than there are blocks: a block then takes several.
    weight_gradient(on, {1, 264, 528, 1}, mammo_cuda_fp32, mammo_cuda_fp32, false, random);
}

}  // namespace check
