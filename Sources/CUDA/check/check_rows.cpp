// Operations on rows of channels: sums over rows, the residual.
#include "check_rows.h"

namespace check {

void columns(session &on) {
    random_values random(5);
    for (const rows_case &s : rows_cases) {
        for (mammo_cuda_type type : types) {
            const values in(on, type, random.array(s.rows * s.channels));
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
