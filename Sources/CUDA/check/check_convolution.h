// Dense convolutions, as plain references: for check_convolution.cpp and check_convolution_gradients.cpp.
#pragma once

#include "check.h"
#include "windows.h"

#include <cmath>

namespace check {

/// Roundings of fp32 that a sum, and what is made of it, may be off.
constexpr double roundings_of_convolutions = 60;

struct convolution_extents {
    mammo_cuda_shape in;
    mammo_cuda_window window;
    int outputs;
};

/// A convolution with its images and weights, and sums over its taps.
struct convolved {
    convolution_extents e;
    int rows, columns, taps;
    values images, weights;
    const values *gate = nullptr;
    mammo_cuda_convolution of = {};

    convolved(
        session &on, const convolution_extents &e, mammo_cuda_type in_type, mammo_cuda_type type, bool separate,
        random_values &random)
        : e(e), rows(outputs_along(e.in.rows, e.window)), columns(outputs_along(e.in.columns, e.window)),
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
        sum.size += std::fabs(sum.value) * rounding(sums) / (roundings_of_convolutions * 0x1p-24);
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

/// A case in both ways, whose results have the same bits on the emulated device, where both add in the order of the depth. In single
/// precision there is one way.
template <typename Body>
void both_ways(
    session &on, const convolution_extents &e, mammo_cuda_type in_type, mammo_cuda_type type, uint64_t seed, bool alike, Body body) {
    uint64_t digests[2] = {};
    for (bool separate : {false, true}) {
        if (separate && type == mammo_cuda_fp32) return;
        random_values random(seed);
        convolved of(on, e, in_type, type, separate, random);
        digests[separate] = body(of, random);
    }
    if (on.emulated() && alike && digests[0] != digests[1]) on.report("read and gathered patches differ");
}

void check_input_gradient(
    session &, const convolution_extents &, mammo_cuda_type gradient_type, mammo_cuda_type type, mammo_cuda_type out_type,
    bool adds, uint64_t seed);
void check_weight_gradient(
    session &, const convolution_extents &, mammo_cuda_type in_type, mammo_cuda_type gradient_type, mammo_cuda_type type,
    uint64_t seed);

}  // namespace check
