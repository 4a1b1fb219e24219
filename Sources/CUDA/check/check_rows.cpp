// Operations on rows of channels: GELU, biases, sums over rows, the residual.
#include "functions.h"

#include <cmath>

namespace check {

namespace {

struct rows_case {
    int64_t rows;
    int channels;
};

/// 2504 channels take more than one block of threads, by eights too; 4003 rows more blocks than are summed at once.
const std::vector<rows_case> cases = {{1, 1},   {5, 3},   {13, 8},  {7, 24},  {9, 40}, {4003, 96},
                                      {13, 100}, {3, 301}, {5, 2504}};

std::string name(const char *operation, rows_case s, mammo_cuda_type type) {
    return std::string(operation) + " " + std::to_string(s.rows) + "x" + std::to_string(s.channels) + " " + name_of(type);
}

}  // namespace

void gelu(session &on) {
    random_values random(4);
    for (const rows_case &s : cases) {
        for (mammo_cuda_type type : types) {
            const values in(on, type, random.array(s.rows * s.channels, 5));
            const values bias(on, mammo_cuda_fp32, random.array(s.channels));
            const auto sum = [&](int64_t i) { return in[i] + bias[i % s.channels]; };
            for (bool in_place : {false, true}) {
                values out(on, type, in.host);
                run(on, name("gelu", s, type) + (in_place ? " in place" : ""),
                    [&] {
                        return on.table->gelu(
                            on.context, in_place ? out.device() : in.device(), bias.floats(), out.device(), type, s.rows,
                            s.channels);
                    },
                    {{"out", &out,
                      [&](int64_t i) {
                          const double x = sum(i);
                          // Where a share is near zero it is a difference from one.
                          return expected{activation(x, mammo_cuda_gelu), std::fabs(in[i]) + std::fabs(bias[i % s.channels]) + 1};
                      },
                      4}});
            }
            values gradient(on, type, random.array(s.rows * s.channels));
            values biases(on, mammo_cuda_fp32, random.array(s.channels));
            const auto product = [&](int64_t i) {
                const double size = std::fabs(in[i]) + std::fabs(bias[i % s.channels]) + 1;
                return expected{gradient[i] * slope(sum(i), mammo_cuda_gelu), std::fabs(gradient[i]) * size};
            };
            run(on, name("gelu_gradient", s, type),
                [&] {
                    return on.table->gelu_gradient(
                        on.context, in.device(), bias.floats(), gradient.device(), type, biases.floats(), s.rows,
                        s.channels);
                },
                {{"gradient", &gradient, product, 8},
                 {"bias_gradient", &biases,
                  [&](int64_t c) {
                      expected total = {biases[c], std::fabs(biases[c])};
                      for (int64_t row = 0; row < s.rows; row++) {
                          const expected term = product(row * s.channels + c);
                          total.value += term.value, total.size += term.size;
                      }
                      return total;
                  },
                  32}});
        }
    }
}

void columns(session &on) {
    random_values random(5);
    for (const rows_case &s : cases) {
        for (mammo_cuda_type type : types) {
            values in(on, type, random.array(s.rows * s.channels));
            const values bias(on, mammo_cuda_fp32, random.array(s.channels));
            values out(on, mammo_cuda_fp32, random.array(s.channels));
            run(on, name("column_sums", s, type),
                [&] {
                    return on.table->column_sums(on.context, in.device(), type, s.rows, s.channels, out.floats());
                },
                {{"out", &out,
                  [&](int64_t c) {
                      expected sum;
                      sum.add(out[c]);
                      for (int64_t row = 0; row < s.rows; row++) sum.add(in[row * s.channels + c]);
                      return sum;
                  },
                  32}});
            run(on, name("add_bias", s, type),
                [&] {
                    return on.table->add_bias(on.context, in.device(), type, bias.floats(), s.rows, s.channels);
                },
                {{"rows", &in,
                  [&](int64_t i) {
                      expected sum;
                      sum.add(in[i]), sum.add(bias[i % s.channels]);
                      return sum;
                  },
                  1}});
        }
    }
}

void residual(session &on) {
    random_values random(6);
    const float factor = 1.25f;
    for (const mammo_cuda_shape &s : shapes) {
        for (mammo_cuda_type type : types) {
            for (bool maps : {false, true}) {
                mammo_cuda_shape all = s;
                all.images += maps;
                std::vector<int32_t> numbers;
                for (int i = 0; i < s.images; i++) numbers.push_back(maps ? s.images - i : i);
                const integers<int32_t> images(on, numbers);
                const int64_t each = positions(s) * s.channels;
                const auto in_stream = [&](int64_t i) { return numbers[i / each] * each + i % each; };
                values branch(on, type, random.array(count(s)));
                const values bias(on, mammo_cuda_fp32, random.array(s.channels));
                const values scale(on, mammo_cuda_fp32, random.array(s.channels));
                values stream(on, mammo_cuda_fp32, random.array(count(all)));
                const std::string what = text(s) + " " + name_of(type) + (maps ? " images" : "");
                run(on, "residual " + what,
                    [&] {
                        return on.table->residual(
                            on.context, stream.floats(), maps ? images.device() : nullptr, branch.device(), type,
                            bias.floats(), scale.floats(), factor, stream.floats(), s);
                    },
                    {{"out", &stream,
                      [&](int64_t i) {
                          expected sum;
                          sum.add(stream[i]);
                          for (int image = 0; image < s.images; image++) {
                              if (numbers[image] != i / each) continue;
                              const int64_t own = image * each + i % each, c = i % s.channels;
                              sum.add(factor * scale[c] * branch[own]), sum.add(factor * scale[c] * bias[c]);
                          }
                          return sum;
                      },
                      4}});
                stream.restore();
                values scales(on, mammo_cuda_fp32, random.array(s.channels));
                values biases(on, mammo_cuda_fp32, random.array(s.channels));
                const auto sums = [&](values &begin, bool of_scale) {
                    return [&, of_scale](int64_t c) {
                        expected sum;
                        sum.add(begin[c]);
                        for (int64_t i = c; i < count(s); i += s.channels) {
                            const double slope = factor * stream[in_stream(i)];
                            sum.add(of_scale ? slope * branch[i] : slope * scale[c]);
                            if (of_scale) sum.add(slope * bias[c]);
                        }
                        return sum;
                    };
                };
                run(on, "residual_gradient " + what,
                    [&] {
                        return on.table->residual_gradient(
                            on.context, stream.floats(), maps ? images.device() : nullptr, branch.device(), type,
                            bias.floats(), scale.floats(), factor, branch.device(), scales.floats(), biases.floats(), s);
                    },
                    {{"branch_gradient", &branch,
                      [&](int64_t i) {
                          expected sum;
                          sum.add(factor * scale[i % s.channels] * stream[in_stream(i)]);
                          return sum;
                      },
                      3},
                     {"scale_gradient", &scales, sums(scales, true), 32},
                     {"bias_gradient", &biases, sums(biases, false), 32}});
            }
        }
    }
}

}  // namespace check
