// Dense convolutions and their gradients: with patches that are read from the images, with patches that are gathered, and in both
// alike.
#include "check_convolution.h"
#include "functions.h"

namespace check {

namespace {

/// Channels that are and are not divisible by eight, tiles of the depth that begin within a tap and tiles of several taps, each width
/// of tiles, more patches than a block has rows, zeros around, gaps, images smaller than the kernel, one position of each.
const std::vector<convolution_extents> sizes = {
    {{2, 9, 11, 8}, {3, 1, 1}, 24},    {{2, 9, 11, 24}, {3, 1, 1}, 8}, {{1, 12, 13, 40}, {3, 2, 1}, 96},
    {{3, 7, 6, 16}, {2, 2, 0}, 136},   {{1, 6, 5, 8}, {5, 1, 2}, 16},  {{1, 9, 8, 8}, {5, 2, 2}, 8},
    {{2, 5, 7, 48}, {1, 1, 0}, 64},    {{2, 5, 7, 16}, {1, 2, 0}, 8},  {{1, 9, 9, 8}, {3, 4, 2}, 8},
    {{2, 8, 9, 3}, {3, 2, 1}, 24},     {{2, 6, 5, 8}, {3, 1, 1}, 7},   {{1, 2, 2, 8}, {3, 1, 0}, 8},
    {{1, 1, 3, 8}, {3, 1, 0}, 8},      {{1, 17, 1, 32}, {3, 1, 1}, 8}, {{1, 10, 9, 8}, {7, 1, 3}, 8},
    {{3, 9, 8, 40}, {1, 1, 0}, 136},   {{3, 9, 9, 8}, {2, 2, 0}, 8},   {{2, 6, 7, 8}, {3, 1, 0}, 16}};

/// What is made of a convolution's sums.
enum class finish { nothing, bias, all, gated };

void forward(
    session &on, const convolution_extents &e, mammo_cuda_type in_type, mammo_cuda_type type, mammo_cuda_type sums,
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
                out_type, roundings_of_convolutions);
            if (made.residual) value.add(residual[i]);
            return value;
        };
        std::vector<result> results = {{"out", &out, value, roundings_of_convolutions}};
        if (is_copied) results.push_back({"copy", &copy, value, roundings_of_convolutions});
        run(on, of.name("convolution") + " by " + name_of(sums) + " to " + name_of(out_type) + what,
            [&] { return on.table->convolution(on.context, &of.of, of.weights.device(), sums, &made); }, results);
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
    for (size_t i = 0; i < sizes.size(); i++) {
        const convolution_extents &e = sizes[i];
        for (mammo_cuda_type type : types) {
            // The kernels of bf16 are those of fp16, and fp32's patches are always gathered: some sizes are enough of both.
            if (type == mammo_cuda_bf16 && (i % 4 != 1 || !on.has_bf16_products())) continue;
            if (type == mammo_cuda_fp32 && i % 3 != 0) continue;
            constexpr mammo_cuda_type full = mammo_cuda_fp32;
            // Images, operands, sums, results.
            forward(on, e, full, type, type, type, finish::nothing, seed);
            forward(on, e, type, type, type, type, finish::all, seed + 1);
            forward(on, e, type, type, type, full, finish::all, seed + 1);
            forward(on, e, type, type, full, full, finish::bias, seed + 2);
            forward(on, e, type, type, type, full, finish::gated, seed + 3);
            check_input_gradient(on, e, type, type, type, false, seed + 4);
            check_input_gradient(on, e, full, type, full, true, seed + 5);
            check_weight_gradient(on, e, type, type, type, seed + 6);
            check_weight_gradient(on, e, full, full, type, seed + 7);
            seed += 8;
        }
    }
    // A gate of values that are converted, and of sums in single precision.
    forward(on, sizes[0], mammo_cuda_fp32, mammo_cuda_fp16, mammo_cuda_fp16, mammo_cuda_fp16, finish::gated, seed);
    forward(on, sizes[6], mammo_cuda_fp16, mammo_cuda_fp16, mammo_cuda_fp32, mammo_cuda_fp32, finish::gated, seed + 1);
    rejected(on);
}

}  // namespace check
