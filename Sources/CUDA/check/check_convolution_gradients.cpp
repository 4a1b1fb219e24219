// The gradients of dense convolutions.
#include "check_convolution.h"

namespace check {

void check_input_gradient(
    session &on, const convolution_extents &e, mammo_cuda_type gradient_type, mammo_cuda_type type, mammo_cuda_type out_type,
    bool adds, uint64_t seed) {
    // Patches are rounded before they are added up, a convolution's sums once.
    both_ways(on, e, type, type, seed, false, [&](convolved &of, random_values &random) {
        const int channels = e.in.channels;
        const values parameters(on, mammo_cuda_fp32, random.array(int64_t(e.outputs) * of.taps * channels));
        const values gradient(on, gradient_type, random.array(std::max<int64_t>(count(of.out()), 1)));
        values out(on, out_type, adds ? random.array(count(e.in)) : std::vector<double>(count(e.in), NAN));
        std::vector<expected> want(count(e.in));
        for (int64_t output = 0; output < count(of.out()) / e.outputs; output++) {
            of.each(output, [&](int64_t first, int tap) {
                for (int c = 0; c < channels; c++) {
                    expected sum;
                    for (int o = 0; o < e.outputs; o++) {
                        sum.add(
                            rounded(gradient[output * e.outputs + o], type) *
                            rounded(parameters[(int64_t(o) * channels + c) * of.taps + tap], type));
                    }
                    of.end(sum, type);
                    want[first + c].add(sum);
                }
            });
        }
        mammo_cuda_affine made = {};
        made.shift_factor = 1, made.out = out.device(), made.out_type = out_type, made.shape = e.in;
        if (adds) made.residual = out.floats();
        run(on,
            of.name("convolution_input_gradient") + " of " + name_of(gradient_type) + " to " + name_of(out_type) +
                (adds ? " added" : ""),
            [&] {
                return on.table->convolution_input_gradient(
                    on.context, &of.of, parameters.floats(), gradient.device(), gradient_type, &made);
            },
            {{"out", &out,
              [&](int64_t i) {
                  expected sum = want[i];
                  of.end(sum, type);
                  if (adds) sum.add(out[i]);
                  return sum;
              },
              roundings_of_convolutions}});
        return out.digest();
    });
}

void check_weight_gradient(
    session &on, const convolution_extents &e, mammo_cuda_type in_type, mammo_cuda_type gradient_type, mammo_cuda_type type,
    uint64_t seed) {
    both_ways(on, e, in_type, type, seed, false, [&](convolved &of, random_values &random) {
        const int channels = e.in.channels;
        const values gradient(on, gradient_type, random.array(std::max<int64_t>(count(of.out()), 1)));
        values out(on, mammo_cuda_fp32, random.array(int64_t(e.outputs) * of.taps * channels));
        std::vector<expected> want(out.host.size());
        for (size_t i = 0; i < want.size(); i++) want[i].add(out[i]);
        for (int64_t output = 0; output < count(of.out()) / e.outputs; output++) {
            of.each(output, [&](int64_t first, int tap) {
                for (int c = 0; c < channels; c++) {
                    for (int o = 0; o < e.outputs; o++) {
                        want[(int64_t(o) * channels + c) * of.taps + tap].add(
                            rounded(gradient[output * e.outputs + o], type) * of.image(first + c));
                    }
                }
            });
        }
        run(on, of.name("convolution_weight_gradient") + " of " + name_of(gradient_type),
            [&] {
                return on.table->convolution_weight_gradient(
                    on.context, &of.of, gradient.device(), gradient_type, out.floats());
            },
            {{"out", &out, [&](int64_t i) { return want[i]; }, roundings_of_convolutions}});
        return out.digest();
    });
}

}  // namespace check
