// Dense convolutions and their gradients: with patches that are read from the images, with patches that are gathered, and in both
// alike.
#include "check.h"
#include "functions.h"

#include <cmath>

namespace check {

namespace {

/// Roundings of fp32 that a sum, and what is made of it, may be off.
constexpr double roundings = 60;

struct extents {
    mammo_cuda_shape in;
    mammo_cuda_window window;
    int outputs;
};

/// Channels that are and are not divisible by eight, tiles of the depth that begin within a tap and tiles of several taps, each width
/// of tiles, more patches than a block has rows, zeros around, gaps, images smaller than the kernel, one position of each.
const std::vector<extents> sizes = {
    {{2, 9, 11, 8}, {3, 1, 1}, 24},    {{2, 9, 11, 24}, {3, 1, 1}, 8}, {{1, 12, 13, 40}, {3, 2, 1}, 96},
    {{3, 7, 6, 16}, {2, 2, 0}, 136},   {{1, 6, 5, 8}, {5, 1, 2}, 16},  {{1, 9, 8, 8}, {5, 2, 2}, 8},
    {{2, 5, 7, 48}, {1, 1, 0}, 64},    {{2, 5, 7, 16}, {1, 2, 0}, 8},  {{1, 9, 9, 8}, {3, 4, 2}, 8},
    {{2, 8, 9, 3}, {3, 2, 1}, 24},     {{2, 6, 5, 8}, {3, 1, 1}, 7},   {{1, 2, 2, 8}, {3, 1, 0}, 8},
    {{1, 1, 3, 8}, {3, 1, 0}, 8},      {{1, 17, 1, 32}, {3, 1, 1}, 8}, {{1, 10, 9, 8}, {7, 1, 3}, 8},
    {{3, 9, 8, 40}, {1, 1, 0}, 136}};

int along(int extent, mammo_cuda_window at) {
    const int room = extent + 2 * at.padding - at.kernel;
    return room < 0 ? 0 : room / at.stride + 1;
}

/// A convolution with its images and weights, and sums over its taps.
struct convolved {
    extents e;
    int rows, columns, taps;
    values images, weights;
    const values *gate = nullptr;
    mammo_cuda_convolution of = {};

    convolved(
        session &on, const extents &e, mammo_cuda_type in_type, mammo_cuda_type type, bool separate,
        random_values &random)
        : e(e), rows(along(e.in.rows, e.window)), columns(along(e.in.columns, e.window)),
          taps(e.window.kernel * e.window.kernel), images(on, in_type, random.array(count(e.in))),
          weights(on, type, random.array(int64_t(e.outputs) * taps * e.in.channels)) {
        of.in = images.device(), of.in_type = in_type, of.shape = e.in, of.window = e.window, of.outputs = e.outputs;
        of.type = type, of.separate = separate;
        // Patches of two images, or one where it has more.
        of.memory = size_t(2) * rows * columns * taps * e.in.channels * bytes_of(type);
    }

    mammo_cuda_shape out() const { return {e.in.images, rows, columns, e.outputs}; }

    /// body(where the image's value lies, or -1; tap) for each tap of an output.
    template <typename Body> void each(int64_t output, Body body) const {
        const int64_t image = output / (int64_t(rows) * columns), place = output % (int64_t(rows) * columns);
        for (int tap = 0; tap < taps; tap++) {
            const int64_t y = place / columns * e.window.stride - e.window.padding + tap / e.window.kernel;
            const int64_t x = place % columns * e.window.stride - e.window.padding + tap % e.window.kernel;
            if (y < 0 || y >= e.in.rows || x < 0 || x >= e.in.columns) continue;
            body(((image * e.in.rows + y) * e.in.columns + x) * e.in.channels, tap);
        }
    }

    /// Images are multiplied by factors of channels first.
    void multiply_by(const values &factors) { of.factors = factors.floats(), gate = &factors; }

    /// A value as an operand has it, and what a sum may be off by its rounding to the sums' type.
    double image(int64_t i) const {
        const int64_t c = i % e.in.channels, number = i / (positions(e.in) * e.in.channels);
        // On the device the product is one of fp32.
        const double by = gate ? (*gate)[number * e.in.channels + c] : 1;
        return rounded(static_cast<float>(images[i] * by), of.type);
    }
    void end(expected &sum, mammo_cuda_type sums) const {
        sum.size += std::fabs(sum.value) * rounding(sums) / (roundings * 0x1p-24);
    }

    expected at(int64_t i, mammo_cuda_type sums) const {
        const int64_t output = i / e.outputs, channel = i % e.outputs;
        expected sum;
        each(output, [&](int64_t first, int tap) {
            for (int c = 0; c < e.in.channels; c++) {
                sum.add(image(first + c) * weights[(channel * taps + tap) * e.in.channels + c]);
            }
        });
        end(sum, sums);
        return sum;
    }

    std::string name(const std::string &operation) const {
        return operation + " " + text(e.in) + " " + std::to_string(e.window.kernel) + "/" + std::to_string(e.window.stride) +
               "+" + std::to_string(e.window.padding) + " to " + std::to_string(e.outputs) + " " + name_of(of.in_type) + " " +
               name_of(of.type) + (of.separate ? " separate" : "");
    }
};

/// A case in both ways, whose results have the same bits on the emulated device, where both add in the order of the depth.
template <typename Body>
void both_ways(
    session &on, const extents &e, mammo_cuda_type in_type, mammo_cuda_type type, uint64_t seed, bool alike, Body body) {
    uint64_t digests[2] = {};
    for (bool separate : {false, true}) {
        random_values random(seed);
        convolved of(on, e, in_type, type, separate, random);
        digests[separate] = body(of, random);
    }
    if (on.emulated() && alike && digests[0] != digests[1]) on.report("read and gathered patches differ");
}

/// What is made of a convolution's sums.
enum class finish { nothing, bias, all, gated };

void forward(
    session &on, const extents &e, mammo_cuda_type in_type, mammo_cuda_type type, mammo_cuda_type sums,
    mammo_cuda_type out_type, finish with, uint64_t seed) {
    both_ways(on, e, in_type, type, seed, true, [&](convolved &of, random_values &random) {
        const int64_t n = count(of.out());
        const values shift(on, mammo_cuda_fp32, random.array(e.outputs)), scale(on, mammo_cuda_fp32, random.array(e.outputs));
        const values residual(on, mammo_cuda_fp32, random.array(std::max<int64_t>(n, 1)));
        const values factors(on, mammo_cuda_fp32, random.array(int64_t(e.in.images) * e.in.channels));
        values out(on, out_type, std::max<int64_t>(n, 1));
        // The copy is of the result as it was stored.
        const mammo_cuda_type narrow = type == mammo_cuda_fp32 ? mammo_cuda_fp16 : type;
        const bool is_copied = out_type == mammo_cuda_fp32 && with != finish::nothing;
        values copy(on, narrow, std::max<int64_t>(n, 1));
        if (n == 0) return uint64_t(0);
        if (with == finish::gated) of.multiply_by(factors);
        mammo_cuda_affine made = {};
        made.shift_factor = 1, made.out = out.device(), made.out_type = out_type, made.shape = of.out();
        if (with != finish::nothing) made.shift = shift.floats();
        if (with == finish::all) {
            made.scale = scale.floats(), made.residual = residual.floats(), made.activation = mammo_cuda_silu;
        }
        if (is_copied) made.copy = copy.device(), made.copy_type = narrow;
        const char *const names[] = {"", " bias", " whole", " gated"}, *const what = names[static_cast<int>(with)];
        const auto value = [&](int64_t i) {
            expected sum = of.at(i, sums);
            const int64_t c = i % e.outputs;
            if (with == finish::nothing) return sum;
            const double by = made.scale ? scale[c] : 1;
            expected value = activated(
                {sum.value * by + shift[c], 1.2 * (sum.size * std::fabs(by) + std::fabs(shift[c]))}, made.activation,
                out_type, roundings);
            if (made.residual) value.add(residual[i]);
            return value;
        };
        std::vector<result> results = {{"out", &out, value, roundings}};
        if (is_copied) results.push_back({"copy", &copy, value, roundings});
        run(on, of.name("convolution") + " by " + name_of(sums) + " to " + name_of(out_type) + what,
            [&] { return on.table->convolution(on.context, &of.of, of.weights.device(), sums, &made); }, results);
        return out.digest();
    });
}

void input_gradient(
    session &on, const extents &e, mammo_cuda_type gradient_type, mammo_cuda_type type, mammo_cuda_type out_type,
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
              roundings}});
        return out.digest();
    });
}

void weight_gradient(
    session &on, const extents &e, mammo_cuda_type in_type, mammo_cuda_type gradient_type, mammo_cuda_type type,
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
            {{"out", &out, [&](int64_t i) { return want[i]; }, roundings}});
        return out.digest();
    });
}

/// A result of another shape is refused.
void rejected(session &on) {
    random_values random(3);
    convolved of(on, sizes[0], mammo_cuda_fp32, mammo_cuda_fp32, false, random);
    values out(on, mammo_cuda_fp32, count(of.out()));
    mammo_cuda_affine made = {};
    made.out = out.device(), made.out_type = mammo_cuda_fp32, made.shape = of.out();
    made.shape.rows++;
    if (on.table->convolution(on.context, &of.of, of.weights.device(), mammo_cuda_fp32, &made) != mammo_cuda_unsupported) {
        on.report("convolution: a result of another shape is not refused");
    }
}

}  // namespace

void convolutions(session &on) {
    uint64_t seed = 11;
    for (const extents &e : sizes) {
        for (mammo_cuda_type type : types) {
            if (type == mammo_cuda_bf16 && !on.has_bf16_products()) continue;
            constexpr mammo_cuda_type full = mammo_cuda_fp32;
            // Images, operands, sums, results.
            forward(on, e, full, type, type, type, finish::nothing, seed);
            forward(on, e, type, type, type, type, finish::all, seed + 1);
            forward(on, e, type, type, type, full, finish::all, seed + 1);
            forward(on, e, type, type, full, full, finish::bias, seed + 2);
            forward(on, e, type, type, type, full, finish::gated, seed + 3);
            input_gradient(on, e, type, type, type, false, seed + 4);
            input_gradient(on, e, full, type, full, true, seed + 5);
            weight_gradient(on, e, type, type, type, seed + 6);
            weight_gradient(on, e, full, full, type, seed + 7);
            seed += 8;
        }
    }
    // A gate of values that are converted, and of sums in single precision.
    forward(on, sizes[0], mammo_cuda_fp32, mammo_cuda_fp16, mammo_cuda_fp16, mammo_cuda_fp16, finish::gated, seed);
    forward(on, sizes[6], mammo_cuda_fp16, mammo_cuda_fp16, mammo_cuda_fp32, mammo_cuda_fp32, finish::gated, seed + 1);
    rejected(on);
}

}  // namespace check
